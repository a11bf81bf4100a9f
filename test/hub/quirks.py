"""What is not published about ConfigHub's answers. Each switch starts at the likelier reading and can be turned to the
other one, so that a client is proved against both. The comments name the open question, not an opinion."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass
class Quirks:
    # Does the server send empty lists and maps? "mixed" is Go without omitempty: null lists, {} maps.
    # "default" is mixed in generations A and B, absent in C.
    empty: str = "default"  # default, mixed, null, absent
    hash_case: str = "lower"  # lower, upper: letter case of DataHash
    etag: str = "quoted"  # quoted, bare, none
    # A page may be short or empty and still be followed by more. "single" is one row a page; "repeat" is a broken hub, whose
    # token leads back to the same page.
    pages: str = "full"  # full, short, single, empty, repeat
    # Is `/revision` reduced to one row per unit after `where` or before it?
    reduce: str = "after"  # after, before
    len_of_maps: str = "allowed"  # allowed, refused: LEN(Attestations) is documented for lists only
    joins: str = "allowed"  # allowed, refused: `Space.Slug` in `where`
    select: str = "lenient"  # lenient, strict: an unknown field in `select` is left out or a 400
    old_approvals: str = "kept"  # kept, dropped: does a revision that is no longer head keep its ApprovedBy?
    identical: str = "covered"  # covered, apart: is an attestation listed on later revisions with identical content?
    revocations: str = "listed"  # listed, apart: is the revoking attestation listed on the revision it concerns?
    # How a worker is kept out of a space: 403 as soon as a row of it would be answered, or the rows are not there.
    denial: str = "forbid"  # forbid, hide
    login: str = "full"  # full, minimal: access_token only, as auth_type and refresh_token may be left out
    where: str = "honoured"  # honoured, ignored: a proxy that loses the query string

    def turn(self, **switches: str) -> None:
        known = {switch.name for switch in dataclasses.fields(self)}
        for name, value in switches.items():
            if name not in known:
                raise ValueError(f"unknown quirk {name!r}, known are {', '.join(sorted(known))}")
            setattr(self, name, value)
