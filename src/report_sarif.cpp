// SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), as GitHub code scanning and editors read it.
#include "base/digest.hpp"
#include "report.hpp"
#include "report_writer.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>

namespace cmp {

namespace {

// A URI's path; a relative one is relative to where the check ran, which CI makes the root of the repository.
std::string uri_of(const std::string& file) {
  const std::string path = std::filesystem::path(file).lexically_normal().generic_string();
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    const bool is_plain =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

void put_message(JsonWriter& json, const char* key, std::string_view text) {
  json.Key(key);
  json.StartObject();
  put(json, "text", text);
  json.EndObject();
}

void put_file(JsonWriter& json, const std::string& file) {
  json.Key("artifactLocation");
  json.StartObject();
  put(json, "uri", uri_of(file));
  json.EndObject();
}

void write_rules(JsonWriter& json) {
  json.Key("rules");
  json.StartArray();
  for (const FindingCode code : all_finding_codes()) {
    json.StartObject();
    put(json, "id", code_name(code));
    put_message(json, "shortDescription", code_description(code));
    json.Key("defaultConfiguration");
    json.StartObject();
    put(json, "level", severity_name(default_severity(code)));
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
}

std::string qualified_name(const Finding& finding) {
  const ObjectName& object = finding.object;
  return fmt::format("{}/{}/{}/{}#{}", object.api_version, object.kind, object.ns, object.name, finding.path);
}

void write_location(JsonWriter& json, const Finding& finding) {
  json.StartObject();
  json.Key("physicalLocation");
  json.StartObject();
  put_file(json, finding.file);
  json.Key("region");
  json.StartObject();
  put(json, "startLine", finding.line);
  put(json, "startColumn", finding.column);
  json.EndObject();
  json.EndObject();
  if (!finding.object.kind.empty()) {
    json.Key("logicalLocations");
    json.StartArray();
    json.StartObject();
    put(json, "name", finding.object.name);
    put(json, "fullyQualifiedName", qualified_name(finding));
    put(json, "kind", "resource");
    json.EndObject();
    json.EndArray();
  }
  json.EndObject();
}

void write_edit(JsonWriter& json, const TextEdit& edit) {
  json.StartObject();
  json.Key("deletedRegion");
  json.StartObject();
  put(json, "startLine", edit.line);
  put(json, "startColumn", edit.column);
  put(json, "endLine", edit.end_line);
  put(json, "endColumn", edit.end_column);
  json.EndObject();
  if (!edit.text.empty()) {
    json.Key("insertedContent");
    json.StartObject();
    json.Key("text");
    json.String(edit.text);  // exactly, line ends included
    json.EndObject();
  }
  json.EndObject();
}

void write_fix(JsonWriter& json, const Finding& finding) {
  json.Key("fixes");
  json.StartArray();
  json.StartObject();
  put_message(json, "description", finding.fix.empty() ? fmt::format("write {}", finding.wanted) : finding.fix);
  json.Key("artifactChanges");
  json.StartArray();
  json.StartObject();
  put_file(json, finding.file);
  json.Key("replacements");
  json.StartArray();
  for (const TextEdit& edit : finding.edits) { write_edit(json, edit); }
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  json.EndArray();
}

class Results {
public:
  explicit Results(JsonWriter& json) : m_json(json) {}

  void write(const Finding& finding) {
    m_json.StartObject();
    put(m_json, "ruleId", code_name(finding.code));
    put(m_json, "ruleIndex", static_cast<size_t>(finding.code));
    put(m_json, "level", severity_name(finding.severity));
    put_message(m_json, "message", finding.fix.empty() ? message_of(finding) : fmt::format("{}; fix: {}", message_of(finding), finding.fix));
    m_json.Key("locations");
    m_json.StartArray();
    write_location(m_json, finding);
    m_json.EndArray();
    m_json.Key("partialFingerprints");
    m_json.StartObject();
    put(m_json, "objectPath/v1", fingerprint(finding));
    m_json.EndObject();
    if (!finding.edits.empty()) { write_fix(m_json, finding); }
    m_json.EndObject();
  }

private:
  // The same problem keeps its fingerprint when lines move; equal ones are told apart by their order.
  std::string fingerprint(const Finding& finding) {
    const std::string identity = fmt::format("{}\n{}\n{}", code_name(finding.code), finding.file, qualified_name(finding));
    return fmt::format("{}:{}", sha256_hex(identity).substr(0, 32), ++m_seen[identity]);
  }

  JsonWriter& m_json;
  std::map<std::string, size_t> m_seen;
};

}  // namespace

std::string sarif_report(const Manifests& manifests) {
  rapidjson::StringBuffer buffer;
  JsonWriter json(buffer);
  json.StartObject();
  put(json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  put(json, "version", "2.1.0");
  json.Key("runs");
  json.StartArray();
  json.StartObject();
  json.Key("tool");
  json.StartObject();
  json.Key("driver");
  json.StartObject();
  put(json, "name", "confighub-cmp");
  put(json, "version", CONFIGHUB_CMP_VERSION);
  write_rules(json);
  json.EndObject();
  json.EndObject();
  put(json, "columnKind", "unicodeCodePoints");
  json.Key("results");
  json.StartArray();
  Results results(json);
  for (const Finding& finding : manifests.findings) { results.write(finding); }
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + '\n';
}

}  // namespace cmp
