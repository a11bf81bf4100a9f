#include "tags/taggable_kinds.hpp"

#include <algorithm>

namespace cmp {

namespace {

constexpr std::string_view k_shapes = "-+@?";  // in the order of TagShape

char version_letter(std::string_view version) {
  if (version == "v1alpha1") { return 'a'; }
  return version.size() == 7 && version.starts_with("v1beta") ? version[6] : '\0';
}

NamedKind split_entry(std::string_view group, std::string_view entry) {
  const size_t mark = entry.find_first_of(k_shapes);
  return {group, entry.substr(0, mark), {static_cast<TagShape>(k_shapes.find(entry[mark])), entry.substr(mark + 1)}};
}

template <typename Visit>
void for_each_entry(const KindGroup& group, Visit visit) {
  std::string_view rest = group.kinds;
  while (!rest.empty()) {
    const size_t length = std::min(rest.find(' '), rest.size());
    visit(split_entry(group.group, rest.substr(0, length)));
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
}

GroupMatch match_by_suffix(std::string_view group) {
  if (group.ends_with(".aws.upbound.io") || group.ends_with(".aws.m.upbound.io")) { return GroupMatch::unknown; }
  return group.ends_with(".aws.crossplane.io") ? GroupMatch::classic : GroupMatch::other;
}

}  // namespace

KindLookup look_up_kind(std::string_view group, std::string_view kind) {
  const std::span<const KindGroup> groups = taggable_kind_groups();
  const auto found =
      std::lower_bound(groups.begin(), groups.end(), group, [](const KindGroup& row, std::string_view wanted) { return row.group < wanted; });
  if (found == groups.end() || found->group != group) { return {match_by_suffix(group), false, {}}; }
  // Every object of a run comes by here, so the text is searched as it is.
  const std::string_view kinds = found->kinds;
  for (size_t at = kinds.find(kind); !kind.empty() && at != std::string_view::npos; at = kinds.find(kind, at + 1)) {
    const size_t mark = at + kind.size();
    const bool is_whole = (at == 0 || kinds[at - 1] == ' ') && mark < kinds.size() && k_shapes.find(kinds[mark]) != std::string_view::npos;
    if (is_whole) { return {GroupMatch::known, true, split_entry(group, kinds.substr(at, kinds.find(' ', at) - at)).kind}; }
  }
  return {GroupMatch::known, false, {}};
}

bool has_version(const TaggableKind& kind, std::string_view version) {
  const char letter = version_letter(version);
  return letter != '\0' && kind.versions.find(letter) != std::string_view::npos;
}

std::vector<NamedKind> all_taggable_kinds() {
  std::vector<NamedKind> kinds;
  for (const KindGroup& group : taggable_kind_groups()) {
    for_each_entry(group, [&](const NamedKind& entry) { kinds.push_back(entry); });
  }
  return kinds;
}

}  // namespace cmp
