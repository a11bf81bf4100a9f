// Which AWS kinds take tags, in which field and shape: facts of the provider's CRDs, carried in the binary.
// Owns the lookup; the rows are in taggable_kinds_table.cpp, made by taggable_kinds_table.py.
// Refuses to guess: a group or kind that is not in the table is unknown, never assumed to be taggable.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace cmp {

enum class TagShape : std::uint8_t {
  none,      // the kind has no tag field; one written there is refused or dropped by the API server
  map,       // spec.forProvider.tags, a mapping of strings
  list,      // spec.forProvider.tag, a list of {key, value, propagateAtLaunch}
  selector,  // spec.forProvider.tags selects other resources and tags nothing
};

struct TaggableKind {
  TagShape shape = TagShape::none;
  std::string_view versions;  // one character a version, see has_version
};

enum class GroupMatch : std::uint8_t {
  other,    // not of the AWS provider
  classic,  // *.aws.crossplane.io, the provider before upjet, whose kinds have shapes of their own
  unknown,  // *.aws.upbound.io or *.aws.m.upbound.io, but not in the table
  known,
};

struct KindLookup {
  GroupMatch group = GroupMatch::other;
  bool is_known = false;  // group and kind are in the table
  TaggableKind kind;
};

KindLookup look_up_kind(std::string_view group, std::string_view kind);
bool has_version(const TaggableKind& kind, std::string_view version);

// The provider release the table was made from, "provider-upjet-aws v2.6.0-132 (75a4c571, 2026-08-05)".
std::string_view taggable_kinds_source();

// One API group; `kinds` is "Analyzer+12 ArchiveRule-1": name, shape (+ map, - none, @ list, ? selector),
// then the versions v1beta1 to v1beta3 as 1 to 3 and v1alpha1 as a. Names are sorted.
struct KindGroup {
  std::string_view group;
  std::string_view kinds;
};
std::span<const KindGroup> taggable_kind_groups();  // sorted by group

struct NamedKind {
  std::string_view group;
  std::string_view name;
  TaggableKind kind;
};
std::vector<NamedKind> all_taggable_kinds();

}  // namespace cmp
