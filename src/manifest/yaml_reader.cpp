#include "manifest/yaml_reader.hpp"

#include "manifest/yaml_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace cmp {

namespace {

NodeStyle style_of(yaml_scalar_style_t style) {
  switch (style) {
  case YAML_SINGLE_QUOTED_SCALAR_STYLE: return NodeStyle::single_quoted;
  case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return NodeStyle::double_quoted;
  case YAML_LITERAL_SCALAR_STYLE:
  case YAML_FOLDED_SCALAR_STYLE: return NodeStyle::block_scalar;
  default: return NodeStyle::plain;
  }
}

bool has_escaped_slash(std::string_view written) {
  for (size_t at = written.find('\\'); at != std::string_view::npos; at = written.find('\\', at + 2)) {
    if (written[at + 1] == '/') { return true; }
  }
  return false;
}

std::string_view text_of(const yaml_char_t* text) { return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text); }

}  // namespace

class TreeBuilder {
public:
  TreeBuilder(std::string_view source, size_t first_line, const Limits& limits, YamlTree& tree)
      : m_source(source), m_first_line(first_line), m_limits(limits), m_tree(tree), m_offsets(source), m_parser(source) {
    m_tree.m_source = source;
    m_tree.m_nodes.clear();
    m_tree.m_texts.clear();
  }

  std::vector<YamlProblem> build() {
    // Nodes keep their place in 32 bits.
    if (m_source.size() > UINT32_MAX) { return {{YamlProblem::Kind::syntax, "a document of more than 4 GiB", m_first_line, 1, "split it"}}; }
    try {
      read_stream();
    } catch (const YamlRefusal& refusal) {
      m_tree.m_nodes.clear();
      return {{YamlProblem::Kind::syntax, refusal.what, line(refusal.mark), refusal.mark.column + 1, fix_for(refusal)}};
    }
    return std::move(m_problems);
  }

private:
  struct Frame {
    NodeId node = 0;
    size_t expanded_before = 0;
    size_t height = 0;       // of the highest member so far, aliases expanded
    NodeId key = k_no_node;  // of a mapping: the key whose value comes next
    std::string anchor;
  };
  struct Anchor {
    NodeId node = 0;
    size_t expanded = 0;  // nodes it stands for
    size_t height = 0;
    bool is_open = true;
  };

  void read_stream();
  void read_document(const YamlEvent& start);
  void share_descendants();
  void handle(const YamlEvent& event);
  void add_scalar(const YamlEvent& event);
  void add_alias(const YamlEvent& event);
  void open(const YamlEvent& event, NodeKind kind, std::string_view anchor, bool is_flow);
  void close(const YamlEvent& event);
  NodeId add_node(const YamlEvent& event, NodeKind kind, NodeStyle style);
  void name(NodeId node, std::string_view anchor, size_t expanded, size_t height, bool is_open);
  void finish(NodeId node, size_t height, const yaml_mark_t& mark);
  void check_go_takes(const YamlNode& node, const yaml_mark_t& mark) const;
  void check_key(NodeId key, const yaml_mark_t& mark) const;
  void check_merge(NodeId value, const yaml_mark_t& mark) const;
  void check_duplicates(NodeId mapping);
  std::string_view stored(const YamlEvent& event, std::uint32_t end);
  size_t line(const yaml_mark_t& mark) const { return m_first_line + mark.line; }
  std::string fix_for(const YamlRefusal& refusal) const;

  std::string_view m_source;
  size_t m_first_line;
  const Limits& m_limits;
  YamlTree& m_tree;
  ByteOffsets m_offsets;
  YamlParser m_parser;
  std::vector<Frame> m_frames;
  std::unordered_map<std::string, Anchor> m_anchors;
  std::vector<YamlProblem> m_problems;
  std::vector<std::pair<std::string_view, NodeId>> m_keys;  // of the mapping being closed
  size_t m_expanded = 0;
};

void TreeBuilder::read_stream() {
  YamlEvent stream_start;
  m_parser.next(stream_start);
  YamlEvent start;
  m_parser.next(start);
  if (start->type == YAML_STREAM_END_EVENT) { return; }
  read_document(start);
  // Go's yaml.Unmarshal reads the first document and never looks at the rest.
  if (const std::optional<yaml_mark_t> behind = m_parser.text_behind()) {
    throw YamlRefusal{"text behind the end of the document", *behind, "separate documents by a line that is just '---'"};
  }
}

void TreeBuilder::read_document(const YamlEvent& start) {
  const auto& head = start->data.document_start;
  if (head.version_directive != nullptr || head.tag_directives.start != head.tag_directives.end) {
    throw YamlRefusal{"a YAML directive", start->start_mark, "remove the line that starts with '%'"};
  }
  while (true) {
    YamlEvent event;
    m_parser.next(event);
    if (event->type == YAML_DOCUMENT_END_EVENT) { break; }
    handle(event);
  }
  if (!m_anchors.empty()) { share_descendants(); }
}

void TreeBuilder::share_descendants() {
  NodeId shared_until = 0;
  for (NodeId id = 0; id < m_tree.m_nodes.size(); ++id) {
    YamlNode& node = m_tree.m_nodes[id];
    if (node.is_shared) { shared_until = std::max(shared_until, node.next); }
    node.is_shared = id < shared_until;
  }
}

void TreeBuilder::handle(const YamlEvent& event) {
  switch (event->type) {
  case YAML_SCALAR_EVENT: return add_scalar(event);
  case YAML_ALIAS_EVENT: return add_alias(event);
  case YAML_SEQUENCE_START_EVENT: {
    const auto& start = event->data.sequence_start;
    return open(event, NodeKind::sequence, text_of(start.anchor), start.style == YAML_FLOW_SEQUENCE_STYLE);
  }
  case YAML_MAPPING_START_EVENT: {
    const auto& start = event->data.mapping_start;
    return open(event, NodeKind::mapping, text_of(start.anchor), start.style == YAML_FLOW_MAPPING_STYLE);
  }
  default: return close(event);
  }
}

NodeId TreeBuilder::add_node(const YamlEvent& event, NodeKind kind, NodeStyle style) {
  YamlNode node;
  node.kind = kind;
  node.style = style;
  node.begin = m_offsets.of(event->start_mark.index);
  node.end = m_offsets.of(event->end_mark.index);
  node.line = static_cast<std::uint32_t>(line(event->start_mark));
  node.column = static_cast<std::uint32_t>(event->start_mark.column + 1);
  m_tree.m_nodes.push_back(node);
  const NodeId id = static_cast<NodeId>(m_tree.m_nodes.size() - 1);
  m_tree.m_nodes[id].next = id + 1;
  ++m_expanded;
  return id;
}

void TreeBuilder::add_scalar(const YamlEvent& event) {
  const auto& scalar = event->data.scalar;
  const NodeId id = add_node(event, NodeKind::scalar, style_of(scalar.style));
  YamlNode& node = m_tree.m_nodes[id];
  node.text = stored(event, node.end);
  node.type = go_scalar_type(node.text, scalar.plain_implicit != 0 ? Implicit::yes : Implicit::no, text_of(scalar.tag));
  check_go_takes(node, event->start_mark);
  name(id, text_of(scalar.anchor), 1, 0, false);
  finish(id, 0, event->start_mark);
}

// What libyaml reads and Go's older port of it does not.
void TreeBuilder::check_go_takes(const YamlNode& node, const yaml_mark_t& mark) const {
  if (node.type == ScalarType::invalid) { throw YamlRefusal{"the value does not fit its tag", mark, "remove the tag"}; }
  const bool is_key = !m_frames.empty() && m_tree[m_frames.back().node].kind == NodeKind::mapping && m_frames.back().key == k_no_node;
  if (!is_key && !has_json_value(node.text, node.type)) {
    throw YamlRefusal{"an infinity or not-a-number, which JSON does not have", mark, "quote it"};
  }
  const std::string_view written = m_source.substr(node.begin, node.end - node.begin);
  const bool is_in_flow = !m_frames.empty() && m_tree[m_frames.back().node].style == NodeStyle::flow;
  if (is_in_flow && node.style == NodeStyle::plain && written.find('?') != std::string_view::npos) {
    throw YamlRefusal{"a question mark in unquoted text between braces or brackets", mark, "quote the text"};
  }
  if (node.style == NodeStyle::double_quoted && has_escaped_slash(written)) {
    throw YamlRefusal{"the escape \\/", mark, "write / without the backslash"};
  }
}

void TreeBuilder::add_alias(const YamlEvent& event) {
  const std::string anchor(text_of(event->data.alias.anchor));
  const auto found = m_anchors.find(anchor);
  if (found == m_anchors.end()) { throw YamlRefusal{fmt::format("the alias *{} has no anchor before it", anchor), event->start_mark, ""}; }
  if (found->second.is_open) { throw YamlRefusal{fmt::format("the anchor &{} contains itself", anchor), event->start_mark, ""}; }
  const NodeId id = add_node(event, NodeKind::alias, NodeStyle::plain);
  m_tree.m_nodes[id].target = found->second.node;
  m_tree.m_nodes[found->second.node].is_shared = true;
  m_expanded += found->second.expanded - 1;
  if (m_expanded - m_tree.m_nodes.size() > m_limits.alias_expansion) {
    throw YamlRefusal{fmt::format("aliases expand to more than {} nodes (limit aliasExpansion)", m_limits.alias_expansion), event->start_mark,
        "write the repeated parts out"};
  }
  finish(id, found->second.height, event->start_mark);
}

void TreeBuilder::open(const YamlEvent& event, NodeKind kind, std::string_view anchor, bool is_flow) {
  const size_t before = m_expanded;
  const NodeId id = add_node(event, kind, is_flow ? NodeStyle::flow : NodeStyle::block);
  name(id, anchor, 0, 0, true);
  Frame& frame = m_frames.emplace_back();
  frame.node = id;
  frame.expanded_before = before;
  frame.anchor = anchor;
  if (m_frames.size() > m_limits.yaml_depth) {
    throw YamlRefusal{fmt::format("nested deeper than {} levels (limit yamlDepth)", m_limits.yaml_depth), event->start_mark, ""};
  }
}

void TreeBuilder::close(const YamlEvent& event) {
  Frame frame = std::move(m_frames.back());
  m_frames.pop_back();
  YamlNode& node = m_tree.m_nodes[frame.node];
  node.next = static_cast<NodeId>(m_tree.m_nodes.size());
  node.end = m_offsets.of(event->end_mark.index);
  if (node.kind == NodeKind::mapping) { check_duplicates(frame.node); }
  if (!frame.anchor.empty()) { name(frame.node, frame.anchor, m_expanded - frame.expanded_before, frame.height + 1, false); }
  finish(frame.node, frame.height + 1, event->start_mark);
}

void TreeBuilder::name(NodeId node, std::string_view anchor, size_t expanded, size_t height, bool is_open) {
  if (!anchor.empty()) { m_anchors[std::string(anchor)] = {node, expanded, height, is_open}; }
}

// A node is complete: tell the collection it stands in.
void TreeBuilder::finish(NodeId node, size_t height, const yaml_mark_t& mark) {
  if (m_frames.size() + height > m_limits.yaml_depth) {
    throw YamlRefusal{fmt::format("aliases nest deeper than {} levels (limit yamlDepth)", m_limits.yaml_depth), mark, "write the repeated parts out"};
  }
  if (m_frames.empty()) { return; }
  Frame& frame = m_frames.back();
  frame.height = std::max(frame.height, height);
  YamlNode& owner = m_tree.m_nodes[frame.node];
  if (owner.kind != NodeKind::mapping) { return; }
  if (frame.key == k_no_node) {
    check_key(node, mark);
    frame.key = node;
    return;
  }
  if (m_tree[frame.key].type == ScalarType::merge) {
    check_merge(node, mark);
    owner.has_merge = true;
  }
  frame.key = k_no_node;
}

void TreeBuilder::check_key(NodeId key, const yaml_mark_t& mark) const {
  const YamlNode& node = m_tree.at(key);
  if (node.kind != NodeKind::scalar) { throw YamlRefusal{"a key that is a mapping or a list", mark, "use plain text as the key"}; }
  if (node.type == ScalarType::null || node.type == ScalarType::tagged) { throw YamlRefusal{"a key that is not text", mark, "quote the key"}; }
}

void TreeBuilder::check_merge(NodeId value, const yaml_mark_t& mark) const {
  const auto is_written_list = [&] { return m_tree[value].kind == NodeKind::sequence; };
  std::vector<NodeId> sources = is_written_list() ? m_tree.items(value) : std::vector<NodeId>{value};
  if (!std::all_of(sources.begin(), sources.end(), [&](NodeId source) { return m_tree.is_mapping(source); })) {
    throw YamlRefusal{"the merge key << takes a mapping or a list of mappings", mark, "quote the key if it is meant as text"};
  }
}

void TreeBuilder::check_duplicates(NodeId mapping) {
  m_keys.clear();
  std::deque<std::string> texts;
  for (NodeId key = mapping + 1; key < m_tree[mapping].next; key = m_tree[m_tree[key].next].next) {
    const YamlNode& node = m_tree.at(key);
    m_keys.emplace_back(node.type == ScalarType::string ? node.text : texts.emplace_back(m_tree.key_text(key)), key);
  }
  std::sort(m_keys.begin(), m_keys.end());
  for (size_t i = 1; i < m_keys.size(); ++i) {
    if (m_keys[i].first != m_keys[i - 1].first) { continue; }
    const YamlNode& again = m_tree[m_keys[i].second];
    m_problems.push_back({YamlProblem::Kind::duplicate_key, std::string(m_keys[i].first), again.line, again.column,
        fmt::format("keep one of the two, the other stands in line {}", m_tree[m_keys[i - 1].second].line)});
  }
}

// The value as a view of the source where the two are the same bytes, which most are.
std::string_view TreeBuilder::stored(const YamlEvent& event, std::uint32_t end) {
  const auto& scalar = event->data.scalar;
  const std::string_view value(reinterpret_cast<const char*>(scalar.value), scalar.length);
  const size_t quote = scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE || scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE ? 1 : 0;
  if (end >= value.size() + quote) {
    const std::string_view written = m_source.substr(end - quote - value.size(), value.size());
    if (written == value) { return written; }
  }
  return m_tree.m_texts.emplace_back(value);
}

std::string TreeBuilder::fix_for(const YamlRefusal& refusal) const {
  const size_t at = m_offsets.of(refusal.mark.index);
  if (refusal.fix.empty() && at < m_source.size() && m_source[at] == '\t') { return "indent with spaces, YAML does not take tabs"; }
  return refusal.fix;
}

std::vector<YamlProblem> read_yaml(std::string_view source, size_t first_line, const Limits& limits, YamlTree& tree) {
  return TreeBuilder(source, first_line, limits, tree).build();
}

}  // namespace cmp
