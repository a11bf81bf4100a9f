// The table of operator settings; settings.cpp reads it, nothing else lists settings by hand.
#include "base/values.hpp"
#include "settings/settings.hpp"

#include <fmt/format.h>

namespace cmp {

UnapprovedUnits parse_unapproved_units(const std::string& text) {
  if (text != "fail" && text != "skip") { throw BadValue(fmt::format("'{}' is neither fail nor skip", text)); }
  return text == "skip" ? UnapprovedUnits::skip : UnapprovedUnits::fail;
}

EmptySpace parse_allow_empty(const std::string& text) { return parse_flag(text) ? EmptySpace::allow : EmptySpace::refuse; }

namespace {

LogFormat parse_log_format(const std::string& text) {
  if (text != "text" && text != "json") { throw BadValue(fmt::format("'{}' is neither text nor json", text)); }
  return text == "json" ? LogFormat::json : LogFormat::text;
}

using S = Settings;
using T = const std::string&;

constexpr std::string_view k_debian_ca_file = "/etc/ssl/certs/ca-certificates.crt";

// key, option, variable, default, placeholder, help, apply
constexpr SettingSpec k_table[] = {
    {"space", "space", "CONFIGHUB_SPACE", "", "SLUG[,SLUG]", "space to print, or several", [](S& s, T v) { s.spaces = parse_slugs(v); }, Shape::value,
        Secrecy::open, true, "Space", "ConfigHub space whose approved configuration is deployed"},
    {"revision", "revision", "CONFIGHUB_CMP_REVISION", "approved", "RULE", "which revision of a unit: approved, live, locked or head",
        [](S& s, T v) { s.revision = parse_revision_rule(v); }, Shape::value, Secrecy::open, true, "Revision rule",
        "Which revision of every unit is taken; the operator's settings list the rules a project may use"},
    {"where", "where", "CONFIGHUB_CMP_WHERE", "", "SELECTOR", "only units whose labels match, as in kubectl -l",
        [](S& s, T v) { s.where = LabelSelector::parse(v); }, Shape::value, Secrecy::open, true, "Label selector",
        "Only units whose labels match, for example tier=web; empty takes the whole space"},
    {"approvals", "approvals", "CONFIGHUB_CMP_APPROVALS", "1", "N", "distinct approvers that make a revision approved",
        [](S& s, T v) { s.approvals = parse_count(v); }},
    {"unapprovedUnits", "unapproved-units", "CONFIGHUB_CMP_UNAPPROVED_UNITS", "fail", "fail|skip",
        "a unit without approved revision fails the run, or is left out and named",
        [](S& s, T v) { s.unapproved_units = parse_unapproved_units(v); }},
    {"allowEmpty", "allow-empty", "CONFIGHUB_CMP_ALLOW_EMPTY", "false", "", "accept a space that yields nothing; Argo CD then prunes everything",
        [](S& s, T v) { s.empty_space = parse_allow_empty(v); }, Shape::flag},
    {"tagPolicy", "policy", "CONFIGHUB_CMP_POLICY", "", "FILE", "tag policy; none means nothing is injected or judged",
        [](S& s, T v) { s.tag_policy = v; }, Shape::paths},
    {"environment", "environment", "CONFIGHUB_CMP_ENVIRONMENT", "", "NAME", "environment for the tag policy's `flag` source",
        [](S& s, T v) { s.environment = v; }},
    {"from", "from", "", "", "DIR", "read units from *.yaml files instead of ConfigHub; not under Argo CD", [](S& s, T v) { s.directory = v; },
        Shape::path, Secrecy::open, false},
    {"settings", "settings", "CONFIGHUB_CMP_SETTINGS", "/etc/confighub-cmp/settings.yaml", "FILE", "settings file; the default one may be absent",
        [](S&, T) {}, Shape::path, Secrecy::open, false},
    {"hub.url", "url", "CONFIGHUB_URL", "https://hub.confighub.com", "URL", "origin of the hub, without /api",
        [](S& s, T v) { s.url = parse_hub_url(v); }},
    {"hub.caFile", "ca-file", "SSL_CERT_FILE", k_debian_ca_file, "FILE", "certificates to trust, PEM", [](S& s, T v) { s.ca_file = v; }, Shape::path},
    {"hub.proxy", "proxy", "HTTPS_PROXY", "", "URL", "proxy for https", [](S& s, T v) { s.proxy = v; }},
    {"hub.noProxy", "no-proxy", "NO_PROXY", "", "HOSTS", "hosts to reach without the proxy", [](S& s, T v) { s.no_proxy = v; }},
    {"hub.credentialsDir", "credentials-dir", "CONFIGHUB_CREDENTIALS_DIR", "", "DIR", "directory with files worker-id and worker-secret, or token",
        [](S& s, T v) { s.credentials_dir = v; }, Shape::path},
    {"hub.workerId", "worker-id", "CONFIGHUB_WORKER_ID", "", "UUID", "worker to log in as", [](S& s, T v) { s.worker_id = parse_uuid(v); }},
    {"hub.workerSecret", "", "CONFIGHUB_WORKER_SECRET", "", "", "the worker's secret", [](S& s, T v) { s.worker_secret = Secret(parse_secret(v)); },
        Shape::value, Secrecy::secret, false},
    {"hub.token", "", "CONFIGHUB_TOKEN", "", "", "a person's bearer token instead of a worker (cub auth get-token)",
        [](S& s, T v) { s.token = Secret(parse_secret(v)); }, Shape::value, Secrecy::secret, false},
    {"lockFile", "lock-file", "CONFIGHUB_CMP_LOCK_FILE", "confighub.lock", "FILE", "lock file of rule `locked`, in the application's path",
        [](S& s, T v) { s.lock_file = v; }},
    {"cacheDir", "cache-dir", "CONFIGHUB_CMP_CACHE_DIR", "", "DIR", "keep access tokens here between runs (0700)", [](S& s, T v) { s.cache_dir = v; },
        Shape::path},
    {"noCache", "no-cache", "CONFIGHUB_CMP_NO_CACHE", "false", "", "leave the cache alone",
        [](S& s, T v) { s.cache = parse_flag(v) ? Caching::off : Caching::on; }, Shape::flag},
    {"logFormat", "log-format", "CONFIGHUB_CMP_LOG_FORMAT", "text", "text|json", "form of the summary line on stderr",
        [](S& s, T v) { s.log_format = parse_log_format(v); }},
    {"limits.budget", "budget", "CONFIGHUB_CMP_BUDGET", "40s", "DURATION", "time for the whole run; Argo CD gives about 60s",
        [](S& s, T v) { s.limits.budget = parse_duration(v); }},
    {"limits.request", "request-timeout", "CONFIGHUB_CMP_REQUEST_TIMEOUT", "15s", "DURATION", "time for one request",
        [](S& s, T v) { s.limits.request = parse_duration(v); }},
    {"limits.retries", "retries", "CONFIGHUB_CMP_RETRIES", "4", "N", "further tries of a request",
        [](S& s, T v) { s.limits.retries = parse_count_or_zero(v); }},
    {"limits.units", "max-units", "CONFIGHUB_CMP_MAX_UNITS", "10000", "N", "units in a run", [](S& s, T v) { s.limits.units = parse_count(v); }},
    {"limits.totalBytes", "max-total-bytes", "CONFIGHUB_CMP_MAX_TOTAL_BYTES", "256Mi", "SIZE", "text of all units",
        [](S& s, T v) { s.limits.total_bytes = parse_size(v); }},
    {"limits.unitBytes", "max-unit-bytes", "CONFIGHUB_CMP_MAX_UNIT_BYTES", "64Mi", "SIZE", "text of one unit",
        [](S& s, T v) { s.limits.unit_bytes = parse_size(v); }},
    {"limits.responseBytes", "max-response-bytes", "CONFIGHUB_CMP_MAX_RESPONSE_BYTES", "512Mi", "SIZE", "one decoded response of the hub",
        [](S& s, T v) { s.limits.response_bytes = parse_size(v); }},
    {"limits.headerBytes", "max-header-bytes", "CONFIGHUB_CMP_MAX_HEADER_BYTES", "64Ki", "SIZE", "headers of one response",
        [](S& s, T v) { s.limits.header_bytes = parse_size(v); }},
    {"limits.documents", "max-documents", "CONFIGHUB_CMP_MAX_DOCUMENTS", "100000", "N", "YAML documents in a run",
        [](S& s, T v) { s.limits.documents = parse_count(v); }},
    {"limits.yamlDepth", "max-yaml-depth", "CONFIGHUB_CMP_MAX_YAML_DEPTH", "100", "N", "nesting of one document",
        [](S& s, T v) { s.limits.yaml_depth = parse_count(v); }},
    {"limits.aliasExpansion", "max-alias-expansion", "CONFIGHUB_CMP_MAX_ALIAS_EXPANSION", "100000", "N",
        "nodes of one document with its aliases expanded", [](S& s, T v) { s.limits.alias_expansion = parse_count(v); }},
};

}  // namespace

std::span<const SettingSpec> setting_table() { return k_table; }

}  // namespace cmp
