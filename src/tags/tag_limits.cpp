#include "tags/tag_limits.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace cmp {

namespace {

// Services by the first part of their group, separated by spaces. Those in none of the lists are `advised`.
constexpr std::string_view k_general =
    " acm acmpca amp applicationinsights appstream ce cloudfront cloudwatchlogs codebuild codestarnotifications connect directconnect ds ecs efs elb "
    "elbv2 firehose fsx iam iot ivs kinesisvideo lambda location mediastore mwaa organizations resourcegroups s3 s3control s3vectors sagemaker "
    "servicecatalog ssm ssoadmin wafv2 ";
constexpr std::string_view k_narrow_key = " amplify appflow appintegrations appsync detective dlm guardduty rum securityhub signer ";
constexpr std::string_view k_ascii = " bedrock bedrockagent bedrockagentcore dsql emrserverless imagebuilder rolesanywhere ";
constexpr std::string_view k_any = " apprunner autoscaling codeartifact codestarconnections cur ec2 elasticache emrcontainers fis networkfirewall "
                                   "networkmanager opensearch osis rds waf "
                                   "wafregional ";
constexpr std::string_view k_value_not_empty =
    " chime cloudformation cloudtrail elasticbeanstalk inspector keyspaces mwaa quicksight scheduler servicecatalog ";
constexpr std::string_view k_one_less = " codebuild workspaces ";  // 127 and 255

struct CountLimit {
  std::string_view service;
  std::string_view kind;  // empty for all
  size_t count;
};
constexpr std::array k_counts = {
    CountLimit{"datapipeline", "", 10},
    CountLimit{"inspector", "", 10},
    CountLimit{"opensearch", "Domain", 10},
    CountLimit{"route53", "", 10},
    CountLimit{"s3", "BucketObject", 10},
    CountLimit{"s3", "Object", 10},
    CountLimit{"s3", "ObjectCopy", 10},
    CountLimit{"elasticsearch", "Domain", 10},
};

constexpr std::array<std::string_view, 5> k_provider_keys = {
    "crossplane-kind", "crossplane-name", "crossplane-namespace", "crossplane-providerconfig", "crossplane-providerconfig-kind"};

bool lists(std::string_view list, std::string_view service) {
  if (service.empty()) { return false; }
  for (size_t at = list.find(service); at != std::string_view::npos; at = list.find(service, at + 1)) {
    if (list[at - 1] == ' ' && list[at + service.size()] == ' ') { return true; }
  }
  return false;
}

bool is_ascii_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool all_ascii_of(std::string_view text, std::string_view signs) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return is_ascii_alphanumeric(c) || signs.find(c) != std::string_view::npos; });
}

constexpr std::string_view k_signs = " _.:/=+-@";

bool is_general(std::string_view text) {
  if (all_ascii_of(text, k_signs)) { return true; }
  static const re2::RE2 expression(R"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)");
  return re2::RE2::FullMatch({text.data(), text.size()}, expression);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

TagText text_of(std::string_view service) {
  if (lists(k_narrow_key, service)) { return TagText::narrow_key; }
  if (lists(k_ascii, service)) { return TagText::ascii; }
  if (lists(k_any, service)) { return TagText::any; }
  return lists(k_general, service) ? TagText::general : TagText::advised;
}

}  // namespace

TagLimits tag_limits(std::string_view group, std::string_view kind) {
  const std::string_view service = group.substr(0, group.find('.'));
  TagLimits limits;
  limits.text = text_of(service);
  for (const CountLimit& row : k_counts) {
    if (row.service == service && (row.kind.empty() || row.kind == kind)) { limits.count = row.count; }
  }
  if (lists(k_one_less, service)) {
    limits.key_max = 127;
    limits.value_max = 255;
  }
  if (lists(k_value_not_empty, service)) { limits.value_min = 1; }
  if (service == "s3" && limits.count == 10) { limits.units = TagUnits::utf16; }
  if (service == "iam" && (kind == "Role" || kind == "User")) { limits.key_case = TagCase::insensitive_keys; }
  return limits;
}

size_t tag_length(std::string_view text, TagUnits units) {
  size_t length = 0;
  for (const char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) { ++length; }
    if (byte >= 0xF0 && units == TagUnits::utf16) { ++length; }
  }
  return length;
}

bool is_tag_key_text(std::string_view key, TagText text) {
  if (text == TagText::narrow_key) { return all_ascii_of(key, "_.:/=+-,;<"); }
  return is_tag_value_text(key, text);
}

bool is_tag_value_text(std::string_view value, TagText text) {
  if (text == TagText::any) { return true; }
  return text == TagText::ascii ? all_ascii_of(value, k_signs) : is_general(value);
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_reserved_tag_key(std::string_view key) {
  if (key.size() >= 4 && equal_but_for_case(key.substr(0, 4), "aws:")) { return true; }
  return std::find(k_provider_keys.begin(), k_provider_keys.end(), key) != k_provider_keys.end();
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace cmp
