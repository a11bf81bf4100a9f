#include "summary.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace cmp {

namespace {

std::string to_text(const Summary& summary) {
  std::string line = fmt::format("confighub-cmp: {}: {} units, {} objects; rule={} policy={} edited={}", summary.source, summary.units,
      summary.objects, summary.rule, summary.policy, summary.edited);
  if (!summary.generation.empty()) {
    line += fmt::format(" generation={} requests={} retries={} cached-logins={}", summary.generation, summary.traffic.requests,
        summary.traffic.retries, summary.traffic.cached_logins);
  }
  line += fmt::format(" bytes={} ms={}", summary.bytes, summary.elapsed.count());
  if (!summary.not_printed.empty()) { line += fmt::format("; not Kubernetes/YAML, not printed: {}", fmt::join(summary.not_printed, ", ")); }
  return printable(line, 1500) + '\n';
}

std::string to_json(const Summary& summary) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  const auto text = [&](const char* key, const std::string& value) {
    writer.Key(key);
    writer.String(printable(value, 500));
  };
  const auto number = [&](const char* key, std::uint64_t value) {
    writer.Key(key);
    writer.Uint64(value);
  };
  writer.StartObject();
  text("source", summary.source);
  text("rule", summary.rule);
  text("policy", summary.policy);
  text("generation", summary.generation);
  number("units", summary.units);
  number("objects", summary.objects);
  number("edited", summary.edited);
  number("bytes", summary.bytes);
  number("requests", summary.traffic.requests);
  number("retries", summary.traffic.retries);
  number("cachedLogins", summary.traffic.cached_logins);
  number("milliseconds", static_cast<std::uint64_t>(summary.elapsed.count()));
  writer.Key("notPrinted");
  writer.StartArray();
  for (const std::string& unit : summary.not_printed) { writer.String(printable(unit, 200)); }
  writer.EndArray();
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + '\n';
}

}  // namespace

std::string to_line(const Summary& summary, LogFormat format) { return format == LogFormat::json ? to_json(summary) : to_text(summary); }

}  // namespace cmp
