#include "settings/credentials.hpp"

#include "base/config_file.hpp"
#include "base/failure.hpp"
#include "base/values.hpp"

#include <fmt/format.h>

namespace cmp {

namespace {

constexpr size_t k_max_credential_bytes = 16384;

// One line; the line end that editors and `kubectl create secret --from-file` leave is not part of it.
std::optional<std::string> read_line(const std::string& path) {
  std::optional<std::string> text = read_file(path, k_max_credential_bytes, Missing::is_absent);
  if (!text) { return std::nullopt; }
  text->erase(text->find_last_not_of("\r\n \t") + 1);
  return text->empty() ? std::nullopt : text;
}

template <typename Parse>
std::string checked(const std::string& text, const std::string& place, const Parse& parse) {
  try {
    return parse(text);
  } catch (const BadValue& bad) { throw Failure(FailureKind::usage, fmt::format("{}: {}", place, bad.what())); }
}

Credentials from_directory(const std::string& directory) {
  Credentials credentials;
  credentials.token = Secret(checked(read_line(directory + "/token").value_or(""), directory + "/token", parse_secret));
  if (credentials.is_token()) { return credentials; }
  const auto id = read_line(directory + "/worker-id");
  const auto secret = read_line(directory + "/worker-secret");
  if (!id || !secret) {
    throw Failure(FailureKind::usage, fmt::format("credentials directory {} has no {}", directory, id ? "worker-secret" : "worker-id"),
        {"it must hold files worker-id and worker-secret, or token"});
  }
  credentials.worker_id = checked(*id, directory + "/worker-id", parse_uuid);
  credentials.worker_secret = Secret(checked(*secret, directory + "/worker-secret", parse_secret));
  return credentials;
}

}  // namespace

Credentials read_credentials(const Settings& settings, const std::string& directory) {
  if (!directory.empty()) { return from_directory(directory); }
  const Credentials credentials{settings.worker_id, settings.worker_secret, settings.token};
  if (credentials.is_token()) { return credentials; }
  if (credentials.worker_id.empty() || credentials.worker_secret.empty()) {
    throw Failure(FailureKind::usage,
        fmt::format("no credential: {} is not set", credentials.worker_id.empty() ? "CONFIGHUB_WORKER_ID" : "CONFIGHUB_WORKER_SECRET"),
        {"set CONFIGHUB_CREDENTIALS_DIR, or CONFIGHUB_WORKER_ID and CONFIGHUB_WORKER_SECRET, or CONFIGHUB_TOKEN"});
  }
  return credentials;
}

}  // namespace cmp
