#include "tags/tag_proof.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cmp {

namespace {

class Comparison {
public:
  Comparison(const YamlTree& original, const YamlTree& edited, const std::vector<TagPlan>& plans) : m_original(original), m_edited(edited) {
    for (const TagPlan& plan : plans) {
      if (!plan.changes.empty()) { m_plans[plan.object.node] = &plan; }
    }
  }

  bool same(NodeId a, NodeId b) const {
    if (const auto plan = m_plans.find(a); plan != m_plans.end()) { return same_path(a, b, *plan->second, 0); }
    const YamlNode& from = m_original.at(a);
    const YamlNode& to = m_edited.at(b);
    if (from.kind != to.kind) { return false; }
    if (from.kind == NodeKind::scalar) { return from.type == to.type && from.text == to.text; }
    return from.kind == NodeKind::sequence ? same_items(m_original.items(a), m_edited.items(b)) : same_mapping(a, b, "");
  }

private:
  bool same_items(const std::vector<NodeId>& a, const std::vector<NodeId>& b) const {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](NodeId from, NodeId to) { return same(from, to); });
  }

  // All entries but that of `except`, which the caller compares.
  bool same_mapping(NodeId a, NodeId b, std::string_view except) const {
    std::unordered_map<std::string, NodeId> wanted;
    for (const MapEntry& entry : m_original.entries(a)) { wanted.emplace(m_original.key_text(entry.key), entry.value); }
    if (!except.empty()) { wanted.erase(std::string(except)); }
    size_t matched = 0;
    for (const MapEntry& entry : m_edited.entries(b)) {
      const std::string key = m_edited.key_text(entry.key);
      if (!except.empty() && key == except) { continue; }
      const auto found = wanted.find(key);
      if (found == wanted.end() || !same(found->second, entry.value)) { return false; }
      ++matched;
    }
    return matched == wanted.size();
  }

  // Down the path of a planned object: everything beside it is the same, its end holds the tags.
  bool same_path(NodeId a, NodeId b, const TagPlan& plan, size_t depth) const {
    if (!m_edited.is_mapping(b)) { return false; }
    if (depth == plan.site.path.size()) { return same_tags(a, b, plan); }
    const std::string& key = plan.site.path[depth];
    const bool has_mapping = a != k_no_node && !m_original.is_null(a);
    if (has_mapping ? !same_mapping(a, b, key) : m_edited.entries(b).size() != 1) { return false; }
    const auto from = has_mapping ? m_original.find(a, key) : std::nullopt;
    const auto to = m_edited.find(b, key);
    const NodeId below = from ? from->value : k_no_node;
    if (!to) { return false; }
    return plan.site.shape == TagShape::list && depth + 1 == plan.site.path.size() ? same_list(below, to->value, plan)
                                                                                   : same_path(below, to->value, plan, depth + 1);
  }

  bool same_tags(NodeId a, NodeId b, const TagPlan& plan) const {
    std::unordered_map<std::string, NodeId> before;
    if (a != k_no_node && !m_original.is_null(a)) {
      for (const MapEntry& entry : m_original.entries(a)) { before.emplace(m_original.key_text(entry.key), entry.value); }
    }
    size_t changed = 0;
    for (const MapEntry& entry : m_edited.entries(b)) {
      const std::string key = m_edited.key_text(entry.key);
      const auto change = std::find_if(plan.changes.begin(), plan.changes.end(), [&](const TagChange& planned) { return planned.key == key; });
      if (change != plan.changes.end()) {
        if (!is_text(entry.value, change->value)) { return false; }
        ++changed;
      } else if (const auto old = before.find(key); old == before.end() || !same(old->second, entry.value)) {
        return false;
      }
      before.erase(key);
    }
    return before.empty() && changed == plan.changes.size();
  }

  bool same_list(NodeId a, NodeId b, const TagPlan& plan) const {
    const std::vector<NodeId> from = a == k_no_node || m_original.is_null(a) ? std::vector<NodeId>() : m_original.items(a);
    if (!m_edited.is_sequence(b)) { return false; }
    const std::vector<NodeId> to = m_edited.items(b);
    const auto added = static_cast<size_t>(
        std::count_if(plan.changes.begin(), plan.changes.end(), [](const TagChange& change) { return change.old_value == k_no_node; }));
    if (to.size() != from.size() + added) { return false; }
    for (size_t i = 0; i < from.size(); ++i) {
      if (!same_item(from[i], to[i], plan)) { return false; }
    }
    return std::all_of(plan.changes.begin(), plan.changes.end(),
        [&](const TagChange& change) { return std::any_of(to.begin(), to.end(), [&](NodeId item) { return is_item(item, change); }); });
  }

  bool same_item(NodeId from, NodeId to, const TagPlan& plan) const {
    const auto value = m_original.find(from, "value");
    const bool is_replaced =
        value && std::any_of(plan.changes.begin(), plan.changes.end(), [&](const TagChange& change) { return change.old_value == value->value; });
    return is_replaced ? m_edited.is_mapping(to) && same_mapping(from, to, "value") : same(from, to);
  }

  bool is_item(NodeId item, const TagChange& change) const {
    if (!m_edited.is_mapping(item)) { return false; }
    const auto key = m_edited.find(item, "key");
    const auto value = m_edited.find(item, "value");
    return key && value && is_text(key->value, change.key) && is_text(value->value, change.value);
  }

  bool is_text(NodeId node, std::string_view text) const { return m_edited.is_string(node) && m_edited.at(node).text == text; }

  const YamlTree& m_original;
  const YamlTree& m_edited;
  std::unordered_map<NodeId, const TagPlan*> m_plans;
};

}  // namespace

bool is_as_planned(const YamlTree& original, const YamlTree& edited, const std::vector<TagPlan>& plans) {
  return !edited.empty() && Comparison(original, edited, plans).same(original.root(), edited.root());
}

}  // namespace cmp
