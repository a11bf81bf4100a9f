"""Which attributes each generation lets `where` and `include` name, copied from the published API. Data only.
An attribute may be listed and never set by the stand-in: then it matches as an absent field does."""

from __future__ import annotations

UNIT_A = set(
    "ApplyGates ApprovedBy CreatedAt DisplayName HeadRevisionNum Labels LastActionAt LastAppliedRevisionNum LastChangeDescription"
    " LiveRevisionNum OrganizationID PreviousLiveRevisionNum SetID Slug SpaceID TargetID ToolchainType UnitID UpdatedAt"
    " UpstreamOrganizationID UpstreamSpaceID UpstreamUnitID UpstreamRevisionNum".split()
)
UNIT_B = UNIT_A - {"SetID"} | set(
    "Annotations ApplyWarnings BridgeWorkerID ChangeSetID DataHash DeleteGates DestroyGates DriftReconciliationMode FromLinkID"
    " HeadUnitActionNum HeadUnitEventNum ProviderType TargetOptions Values".split()
)
UNIT_C = set(
    "Annotations ApplyGates ApplyWarnings ChangeSetID Conflicts CreatedAt DataHash DeleteGates DestroyGates DisplayName FromLinkID"
    " HeadRevisionID HeadRevisionNum HeadUnitActionNum HeadUnitEventNum HiddenReason Labels LastChangeDescription"
    " LastReleasedRevisionNum NeededPaths OrganizationID Permissions ProvidedPaths ProviderType Slug SpaceID TargetID ToolchainType"
    " UnitID UpdatedAt UpstreamRevisionNum UpstreamSpaceID UpstreamUnitID ValidationErrors ValidationTriggerIDs ValidationWarnings"
    " ValueTriggerIDs Values".split()
)
REVISION_A = set(
    "ApplyGates ApprovedBy CreatedAt Description LiveAt OrganizationID RevisionID RevisionNum Source SpaceID UnitID UpdatedAt"
    " UserAgent UserID".split()
)
REVISION_B = REVISION_A | {"ApplyWarnings", "ChangeSetID", "DataHash", "Tags"}
REVISION_C = set(
    "ApplyGates ApplyWarnings Attestations ChangeOrders ChangeSetID Conflicts CreatedAt DataHash Description HiddenReason NeededPaths"
    " OrganizationID ProvidedPaths Releases RevisionID RevisionNum Source SpaceID Tags UnitID UpdatedAt UserAgent UserID"
    " ValidationErrors ValidationPassed ValidationTriggerIDs ValidationWarnings ValueTriggerIDs Values".split()
)
ATTESTATION = set(
    "AttestationID ChangeOrderID Claims CreatedAt EvidenceAttestationIDs ExpiresAt HiddenReason Note OrganizationID Permissions"
    " ReleaseID Result RevokedAttestationID SpaceID Type UserID".split()
)
SPACE = set("Annotations CreatedAt DisplayName Labels OrganizationID Slug SpaceID UpdatedAt".split())

FILTERABLE = {
    "A": {"Unit": UNIT_A, "Revision": REVISION_A, "Space": SPACE},
    "B": {"Unit": UNIT_B, "Revision": REVISION_B, "Space": SPACE},
    "C": {"Unit": UNIT_C, "Revision": REVISION_C, "Space": SPACE, "Attestation": ATTESTATION},
}
# What `where` reaches through a dot: the unit list knows its space, a revision also its unit.
JOINS = {"Unit": ["Space"], "Revision": ["Space", "Unit"], "Attestation": ["Space"], "Space": []}

INCLUDE_UNIT_C = set(
    "ChangeSetID FromLinkID HeadMutationNum HeadRevisionNum LastReleasedRevisionNum OrganizationID SpaceID TargetID UnitEventID"
    " UpstreamSpaceID UpstreamUnitID".split()
)
INCLUDE_UNIT_B = INCLUDE_UNIT_C - {"LastReleasedRevisionNum"} | set(
    "ApprovedBy BridgeWorkerID LastAppliedRevisionNum LiveRevisionNum PreviousLiveRevisionNum".split()
)
INCLUDE_REVISION_B = set("ChangeSetID OrganizationID SpaceID Tags UnitID UserID".split())
INCLUDE_REVISION_C = INCLUDE_REVISION_B | {"Attestations", "ChangeOrders", "Releases"}
INCLUDE_OTHER = {"SpaceID", "OrganizationID", "UserID"}

INCLUDABLE = {
    "A": {"Unit": INCLUDE_UNIT_B, "Revision": INCLUDE_REVISION_B, "Space": INCLUDE_OTHER},
    "B": {"Unit": INCLUDE_UNIT_B, "Revision": INCLUDE_REVISION_B, "Space": INCLUDE_OTHER},
    "C": {"Unit": INCLUDE_UNIT_C, "Revision": INCLUDE_REVISION_C, "Space": INCLUDE_OTHER, "Attestation": INCLUDE_OTHER},
}
