// For tests of the tag policy: one unit's text goes through the whole engine under the policy of DESIGN's example,
// and the story tells what came out. Verbs return the story, questions return plain text.
#pragma once

#include "manifests.hpp"
#include "tags/tag_policy_file.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace cmp {

class TagStory {
public:
  TagStory& spec(const std::string& text) {
    m_spec = text;
    return *this;
  }
  TagStory& add_to_spec(const std::string& text) {
    m_spec += text;
    return *this;
  }
  TagStory& environment(const std::string& name) {
    m_environment = name;
    return *this;
  }

  // A unit's text in, its text out, separators as they were.
  std::string tagged(const std::string& text) {
    run(text);
    const UnitDocuments& unit = m_result.units.front();
    std::string out;
    size_t copied = 0;
    for (const Document& document : unit.documents) {
      out.append(unit.unit.text, copied, document.begin - copied).append(document.text(unit.unit));
      copied = document.end;
    }
    return out.append(unit.unit.text, copied);
  }

  // "error TAG_CONFLICT 7:32; note EXEMPT 1:1", in the order of the text.
  std::string findings(const std::string& text) {
    run(text);
    std::string out;
    for (const Finding& finding : m_result.findings) {
      out += (out.empty() ? "" : "; ") + std::string(severity_name(finding.severity)) + ' ' + std::string(code_name(finding.code)) + ' ' +
             std::to_string(finding.line) + ':' + std::to_string(finding.column);
    }
    return out;
  }

  // The only finding.
  Finding finding(const std::string& text) {
    run(text);
    REQUIRE(m_result.findings.size() == 1);
    return m_result.findings.front();
  }

  Manifests& run(const std::string& text) {
    const TagPolicy policy =
        parse_tag_policy("apiVersion: confighub-cmp/v1alpha1\nkind: TagPolicy\nmetadata: {name: p}\nspec:\n" + m_spec, "policy.yaml");
    const TagContext context{policy, {m_environment, "flag environment"}, "2026-11-22"};
    std::vector<UnitGroup> groups(1);
    groups.front().units.push_back({"", "unit", 0, "", text});
    groups.front().tags = &context;
    m_result = prepare_manifests(std::move(groups), Explain::yes, Limits{});
    return m_result;
  }

private:
  std::string m_spec = "  environment: {allowed: [dev, prod], from: [{flag: environment}]}\n"
                       "  tags:\n"
                       "  - {key: createdBy, value: crossplane, onConflict: overwrite}\n"
                       "  - {key: environment, value: '${environment}', onConflict: reject}\n";
  std::string m_environment = "dev";
  Manifests m_result;
};

// The head of a Bucket, four lines, to which a test adds its spec.
inline const std::string k_bucket = "apiVersion: s3.aws.upbound.io/v1beta2\n"
                                    "kind: Bucket\n"
                                    "metadata: {name: b}\n";

}  // namespace cmp
