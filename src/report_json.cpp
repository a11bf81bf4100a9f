// The program's own JSON form of a report, as DESIGN.md and the README describe it; scripts read it.
#include "base/text.hpp"
#include "report.hpp"
#include "report_writer.hpp"

namespace cmp {

namespace {

void write_object(JsonWriter& json, const ObjectName& object) {
  json.Key("object");
  json.StartObject();
  put(json, "apiVersion", object.api_version);
  put(json, "kind", object.kind);
  put(json, "namespace", object.ns);
  put(json, "name", object.name);
  json.EndObject();
}

void write_finding(JsonWriter& json, const Finding& finding) {
  json.StartObject();
  put(json, "code", code_name(finding.code));
  put(json, "severity", severity_name(finding.severity));
  put(json, "file", finding.file);
  put(json, "line", finding.line);
  put(json, "column", finding.column);
  put(json, "document", finding.document);
  write_object(json, finding.object);
  put(json, "path", finding.path);
  if (finding.found) {
    put(json, "found", *finding.found);
  } else {
    json.Key("found");
    json.Null();  // nothing there, which is not the same as an empty value
  }
  put(json, "wanted", finding.wanted);
  put(json, "fix", finding.fix);
  put(json, "policy", finding.policy);
  json.EndObject();
}

void write_explanation(JsonWriter& json, const TagExplanation& explanation) {
  json.StartObject();
  put(json, "file", explanation.file);
  put(json, "line", explanation.line);
  write_object(json, explanation.object);
  put(json, "path", explanation.path);
  put(json, "key", explanation.decision.key);
  put(json, "value", explanation.decision.value);
  put(json, "reason", explanation.decision.reason);
  json.EndObject();
}

void write_summary(JsonWriter& json, const Manifests& manifests) {
  const FindingCounts counts = count_findings(manifests.findings);
  json.StartObject();
  put(json, "documents", manifests.documents);
  put(json, "edited", manifests.edited);
  put(json, "error", counts.errors);
  put(json, "warning", counts.warnings);
  put(json, "note", counts.notes);
  json.EndObject();
}

}  // namespace

std::string json_report(const Manifests& manifests) {
  rapidjson::StringBuffer buffer;
  JsonWriter json(buffer);
  json.StartObject();
  json.Key("findings");
  json.StartArray();
  for (const Finding& finding : manifests.findings) { write_finding(json, finding); }
  json.EndArray();
  if (!manifests.explanations.empty()) {
    json.Key("explanations");
    json.StartArray();
    for (const TagExplanation& explanation : manifests.explanations) { write_explanation(json, explanation); }
    json.EndArray();
  }
  json.Key("summary");
  write_summary(json, manifests);
  json.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + '\n';
}

}  // namespace cmp
