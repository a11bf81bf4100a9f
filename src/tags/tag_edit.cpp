#include "tags/tag_edit.hpp"

#include "tags/tag_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cmp {

namespace {

struct Splice {
  size_t begin = 0;
  size_t end = 0;
  std::string text;
};

constexpr std::string_view k_blanks = " \t";

bool has_key(const TagSite& site, const std::string& key) {
  return std::any_of(site.tags.begin(), site.tags.end(), [&](const TagEntry& tag) { return tag.key == key; });
}

// Where the tags of the plan go.
enum class Target : std::uint8_t {
  tags,         // into the tags that stand in the object
  new_key,      // below a key the object does not have yet; tags from a merge key are written out there
  empty_value,  // in place of a null, or of an alias for tags, which are written out
};

Target target_of(const YamlTree& tree, const TagSite& site) {
  if (site.entry.value == k_no_node || site.entry.is_merged) { return Target::new_key; }
  return tree.is_null(site.entry.value) || tree[site.entry.value].kind == NodeKind::alias ? Target::empty_value : Target::tags;
}

// A node the plan would have to edit although it also stands for something else.
std::optional<NodeId> shared_node(const YamlTree& tree, const TagPlan& plan) {
  const TagSite& site = plan.site;
  if (site.is_copied) { return site.nearest_node(); }
  const auto is_anchor = [&](NodeId node) { return tree[node].kind != NodeKind::alias && tree[node].is_shared; };
  const Target target = target_of(tree, site);
  if (target != Target::new_key && is_anchor(site.entry.value)) { return site.entry.value; }
  const bool is_list = site.shape == TagShape::list;
  if (target != Target::tags) { return is_list && !site.tags.empty() ? std::optional(site.entry.value) : std::nullopt; }
  for (const TagChange& change : plan.changes) {
    const bool is_elsewhere = change.old_value == k_no_node ? is_list && has_key(site, change.key) : is_anchor(change.old_value);
    if (is_elsewhere) { return change.old_value == k_no_node ? site.entry.value : change.old_value; }
  }
  return std::nullopt;
}

// Tags that would be written out must be strings; where one is not, that is already an error.
bool can_write_out(const YamlTree& tree, const TagPlan& plan) {
  return target_of(tree, plan.site) == Target::tags || std::all_of(plan.site.tags.begin(), plan.site.tags.end(), [&](const TagEntry& tag) {
    return tree.is_string(tag.value) ||
           std::any_of(plan.changes.begin(), plan.changes.end(), [&](const TagChange& change) { return change.key == tag.key; });
  });
}

struct Position {
  size_t line = 0;    // behind the first
  size_t column = 1;  // in characters
};

Position position_of(std::string_view source, size_t byte) {
  const std::string_view before = source.substr(0, byte);
  const std::string_view line = before.substr(before.rfind('\n') + 1);
  return {static_cast<size_t>(std::count(before.begin(), before.end(), '\n')), tag_length(line, TagUnits::code_points) + 1};
}

class TagEditor {
public:
  explicit TagEditor(const YamlTree& tree) : m_tree(tree), m_source(tree.source()), m_step(document_step()) {
    const size_t newline = m_source.find('\n');
    m_newline = newline != std::string_view::npos && newline > 0 && m_source[newline - 1] == '\r' ? "\r\n" : "\n";
  }

  void carry_out(const TagPlan& plan) {
    switch (target_of(m_tree, plan.site)) {
    case Target::tags: return edit_in_place(plan);
    case Target::new_key: return add_path(plan.site, all_tags(plan));
    case Target::empty_value: return replace_value(plan.site, all_tags(plan));
    }
  }

  std::vector<Splice> splices() {
    std::stable_sort(m_splices.begin(), m_splices.end(), [](const Splice& a, const Splice& b) { return a.begin < b.begin; });
    return std::move(m_splices);
  }

  std::string result() {
    if (m_splices.empty()) { return ""; }
    std::string text;
    size_t copied = 0;
    for (const Splice& splice : splices()) {
      text.append(m_source.substr(copied, splice.begin - copied)).append(splice.text);
      copied = splice.end;
    }
    return text.append(m_source.substr(copied));
  }

private:
  // The indentation the document uses: that of the first mapping inside the outermost one.
  size_t document_step() const {
    const NodeId root = m_tree.root();
    if (!m_tree.is_mapping(root)) { return 2; }
    for (const MapEntry& entry : m_tree.written_entries(root)) {
      const YamlNode& value = m_tree[entry.value];
      if (value.kind != NodeKind::mapping || value.style != NodeStyle::block) { continue; }
      const size_t inner = column(entry.value + 1);
      return inner > column(entry.key) ? inner - column(entry.key) : 2;
    }
    return 2;
  }

  void edit_in_place(const TagPlan& plan) {
    TagList added;
    for (const TagChange& change : plan.changes) {
      if (change.old_value != k_no_node) {
        replace_scalar(plan.site, change);
      } else {
        added.emplace_back(change.key, change.value);
      }
    }
    if (!added.empty()) { add_tags(plan.site, added); }
  }

  // For tags that come from elsewhere and are written out here: what they were, with the changes.
  TagList all_tags(const TagPlan& plan) const {
    TagList tags;
    for (const TagEntry& entry : plan.site.tags) { tags.emplace_back(entry.key, m_tree.at(entry.value).text); }
    for (const TagChange& change : plan.changes) {
      const auto present = std::find_if(tags.begin(), tags.end(), [&](const auto& tag) { return tag.first == change.key; });
      if (present == tags.end()) {
        tags.emplace_back(change.key, change.value);
      } else {
        present->second = change.value;
      }
    }
    return tags;
  }

  void replace_scalar(const TagSite& site, const TagChange& change) {
    const YamlNode& old = m_tree[change.old_value];
    const Quoting quoting = old.style == NodeStyle::double_quoted || is_json(site.entry.value) ? Quoting::always_double
                            : old.style == NodeStyle::single_quoted                            ? Quoting::single
                                                                                               : Quoting::as_needed;
    put_value(change.old_value, scalar_text(change.value, quoting));
  }

  // An empty value has no text of its own; its place is behind the colon of its key, the node before it.
  void put_value(NodeId value, const std::string& text) {
    const YamlNode& node = m_tree[value];
    if (node.begin < node.end) {
      m_splices.push_back({node.begin, trimmed_end(node), text});
      return;
    }
    const size_t key_end = key_end_before(value);
    const size_t colon = m_source.find_first_not_of(" \t\r\n", key_end);
    if (colon != std::string_view::npos && m_source[colon] == ':') {
      const bool is_blank_left = m_source[colon + 1] == ' ' && m_source.substr(colon + 2, 1) != "#";
      m_splices.push_back({colon + 1, colon + (is_blank_left ? 2 : 1), ' ' + text});
      return;
    }
    m_splices.push_back({key_end, key_end, ": " + text});
  }

  size_t key_end_before(NodeId value) const {
    NodeId key = value - 1;
    while (m_tree[key].next != value) { --key; }
    return m_tree.end_of(key);
  }

  // A block scalar's end is the start of the line behind it; its last newline belongs to the document.
  size_t trimmed_end(const YamlNode& node) const {
    size_t end = node.end;
    while (node.style == NodeStyle::block_scalar && end > node.begin &&
           (m_source[end - 1] == '\n' || m_source[end - 1] == '\r' || m_source[end - 1] == ' ')) {
      --end;
    }
    return end;
  }

  void add_tags(const TagSite& site, const TagList& tags) {
    const NodeId owner = site.entry.value;
    const bool is_in_flow = m_tree.at(site.holder).style == NodeStyle::flow;
    if (m_tree[owner].style == NodeStyle::block) {
      insert_lines(owner, block_tags(tags, site.shape, layout_of(owner)));
    } else if (is_empty_flow(owner) && !is_in_flow) {
      replace_by_lines(site.entry.key, owner, block_tags(tags, site.shape, layout_below(site.entry.key, site.shape)));
    } else {
      insert_flow(owner, flow_tags(tags, site.shape, quoting_of(owner, site.holder)));
    }
  }

  // The rest of the path goes into the deepest mapping there is.
  void add_path(const TagSite& site, const TagList& tags) {
    const std::vector<std::string> keys(site.path.begin() + static_cast<std::ptrdiff_t>(site.depth), site.path.end());
    const NodeId holder = site.holder;
    if (m_tree[holder].style == NodeStyle::block) {
      insert_lines(holder, block_path(keys, tags, site.shape, layout_of(holder)));
    } else if (is_empty_flow(holder) && !site.is_in_flow && site.holder_key != k_no_node) {
      replace_by_lines(site.holder_key, holder, block_path(keys, tags, site.shape, layout_below(site.holder_key, TagShape::map)));
    } else {
      insert_flow(holder, {flow_path(keys, tags, site.shape, quoting_of(holder, holder))});
    }
  }

  // The value is null, or an alias for tags that are written out here.
  void replace_value(const TagSite& site, const TagList& tags) {
    std::vector<std::string> keys(site.path.begin() + static_cast<std::ptrdiff_t>(site.depth) + 1, site.path.end());
    if (m_tree.at(site.holder).style == NodeStyle::flow) {
      std::string text = flow_path(keys, tags, site.shape, quoting_of(site.holder, site.holder));
      put_value(site.entry.value, keys.empty() ? text : '{' + text + '}');
      return;
    }
    const TagShape below = keys.empty() ? site.shape : TagShape::map;
    replace_by_lines(site.entry.key, site.entry.value, block_path(keys, tags, site.shape, layout_below(site.entry.key, below)));
  }

  // Takes the value off its line, keeps a comment there, and puts `lines` below.
  void replace_by_lines(NodeId key, NodeId value, const std::string& lines) {
    const YamlNode& node = m_tree[value];
    size_t begin = node.begin;
    size_t end = trimmed_end(node);
    const size_t behind = m_source.find_first_not_of(k_blanks, end);
    if (begin < end && behind != std::string_view::npos && m_source[behind] == '#') {
      end = behind;
    } else if (begin < end) {
      begin = m_source.find_last_not_of(k_blanks, begin - 1) + 1;
    }
    if (begin < end) { m_splices.push_back({begin, end, ""}); }
    const size_t line_end = m_source.find('\n', std::max<size_t>(end, m_tree.end_of(key)));
    m_splices.push_back({line_end + 1, line_end + 1, lines});
  }

  void insert_lines(NodeId owner, const std::string& lines) {
    const size_t at = behind_lines_of(owner);
    m_splices.push_back({at, at, lines});
  }

  // The start of the line behind a block collection: behind its last member and the comment lines that belong to it.
  size_t behind_lines_of(NodeId owner) const {
    NodeId last = owner;
    while (m_tree[last].next > last + 1 && m_tree[last].style == NodeStyle::block) { last = last_child(last); }
    size_t at = m_tree[last].style == NodeStyle::block_scalar ? behind_block_scalar(m_tree[last]) : m_source.find('\n', m_tree.end_of(last)) + 1;
    const size_t least = m_tree[owner].kind == NodeKind::mapping ? layout_of(owner).indent : layout_of(owner).indent + 1;
    while (true) {
      const size_t text = m_source.find_first_not_of(' ', at);
      if (text == std::string_view::npos || m_source[text] != '#' || text - at < least || least == 0) { return at; }
      at = m_source.find('\n', text) + 1;
    }
  }

  // Blank lines behind a block scalar belong to its value only with `|+` and `>+`.
  size_t behind_block_scalar(const YamlNode& node) const {
    const std::string_view header = m_source.substr(node.begin, m_source.find('\n', node.begin) - node.begin);
    const size_t indicator = header.find_last_of("|>");
    const bool keeps = indicator != std::string_view::npos && header.substr(indicator, 3).find('+') != std::string_view::npos;
    return keeps ? node.end : m_source.find('\n', trimmed_end(node)) + 1;
  }

  NodeId last_child(NodeId owner) const {
    NodeId last = owner + 1;
    while (m_tree[last].next < m_tree[owner].next) { last = m_tree[last].next; }
    return last;
  }

  // Members of a flow collection that stand on lines of their own get company in the same way.
  void insert_flow(NodeId owner, const std::vector<std::string>& parts) {
    if (m_tree[owner].next == owner + 1) {
      const size_t brace = m_source.find_first_of("{[", m_tree[owner].begin);
      m_splices.push_back({brace + 1, brace + 1, fmt::format("{}", fmt::join(parts, ", "))});
      return;
    }
    const size_t last = m_tree.end_of(last_child(owner));
    const size_t comma = trailing_comma(last, m_tree[owner].end);
    const std::string gap = own_line_gap(owner);
    const std::string joined = fmt::format("{}", fmt::join(parts, gap.empty() ? ", " : ',' + gap));
    if (gap.empty()) {
      const size_t at = comma == std::string_view::npos ? last : comma + 1;
      m_splices.push_back({at, at, (comma == std::string_view::npos ? ", " : " ") + joined});
      return;
    }
    if (comma == std::string_view::npos) { m_splices.push_back({last, last, ","}); }
    const size_t at = comment_end(comma == std::string_view::npos ? last : comma + 1);
    m_splices.push_back({at, at, gap + joined});
  }

  // The comma behind the last member, if there is one; comments may stand in between.
  size_t trailing_comma(size_t from, size_t end) const {
    for (size_t at = from; at < end; ++at) {
      if (m_source[at] == ',') { return at; }
      if (m_source[at] == '#') { at = m_source.find('\n', at); }
    }
    return std::string_view::npos;
  }

  // The line break and indentation before the first member when nothing else is on its line.
  std::string own_line_gap(NodeId owner) const {
    const size_t first = m_tree[owner + 1].begin;
    const size_t blank = m_source.find_last_not_of(k_blanks, first - 1);
    if (blank == std::string_view::npos || m_source[blank] != '\n') { return ""; }
    return std::string(m_newline) + std::string(m_source.substr(blank + 1, first - blank - 1));
  }

  // Behind a comment on the rest of the line, if that is all there is.
  size_t comment_end(size_t at) const {
    const size_t text = m_source.find_first_not_of(k_blanks, at);
    if (text == std::string_view::npos || m_source[text] != '#') { return at; }
    const size_t line_end = m_source.find('\n', text);
    return m_source[line_end - 1] == '\r' ? line_end - 1 : line_end;
  }

  bool is_empty_flow(NodeId node) const {
    const YamlNode& flow = m_tree[node];
    return flow.style == NodeStyle::flow && flow.next == node + 1 &&
           m_source.substr(flow.begin, flow.end - flow.begin).find_first_of("#\n") == std::string_view::npos;
  }

  size_t column(NodeId node) const { return m_tree[node].column - 1; }

  TagLayout layout_of(NodeId owner) const {
    // A list's items stand behind a dash, a key may stand behind a question mark.
    const size_t first = m_tree[owner + 1].begin;
    const size_t before = first == 0 ? std::string_view::npos : m_source.find_last_not_of(k_blanks, first - 1);
    const bool has_mark = before != std::string_view::npos && m_source[before] == (m_tree[owner].kind == NodeKind::sequence ? '-' : '?');
    return {column(owner + 1) - (has_mark ? first - before : 0), m_step, m_newline, Quoting::as_needed};
  }

  TagLayout layout_below(NodeId key, TagShape shape) const {
    return {column(key) + (shape == TagShape::list ? 0 : m_step), m_step, m_newline, Quoting::as_needed};
  }

  // JSON stays JSON: its keys are quoted.
  bool is_json(NodeId owner) const {
    const YamlNode& node = m_tree[owner];
    return node.style == NodeStyle::flow && node.next > owner + 1 && m_tree[owner + 1].style == NodeStyle::double_quoted;
  }

  Quoting quoting_of(NodeId owner, NodeId holder) const { return is_json(owner) || is_json(holder) ? Quoting::always_double : Quoting::as_needed; }

  const YamlTree& m_tree;
  std::string_view m_source;
  std::string_view m_newline;
  size_t m_step;
  std::vector<Splice> m_splices;
};

}  // namespace

std::string edit_document(const YamlTree& tree, const std::vector<TagPlan>& plans, DocumentFindings& findings) {
  TagEditor editor(tree);
  bool is_blocked = false;
  for (const TagPlan& plan : plans) {
    if (plan.changes.empty()) { continue; }
    if (const std::optional<NodeId> shared = shared_node(tree, plan)) {
      is_blocked = true;
      Finding& finding = findings.add(FindingCode::yaml_shared_node, *shared, &plan.object, plan.site.tag_path(plan.object, ""));
      finding.fix = "write the mapping out instead of using an anchor and aliases";
    } else if (!can_write_out(tree, plan)) {
      is_blocked = true;
    } else {
      editor.carry_out(plan);
    }
  }
  return is_blocked ? "" : editor.result();
}

std::vector<TextEdit> text_edits(const YamlTree& tree, size_t first_line, const TagPlan& plan, const TagChange& change) {
  TagPlan alone = plan;
  alone.changes = {change};
  if (shared_node(tree, alone) || !can_write_out(tree, alone)) { return {}; }
  TagEditor editor(tree);
  editor.carry_out(alone);
  std::vector<TextEdit> edits;
  for (const Splice& splice : editor.splices()) {
    const Position begin = position_of(tree.source(), splice.begin);
    const Position end = position_of(tree.source(), splice.end);
    edits.push_back({first_line + begin.line, begin.column, first_line + end.line, end.column, splice.text});
  }
  return edits;
}

}  // namespace cmp
