#include "kubernetes/cluster.hpp"

#include "base/config_file.hpp"
#include "base/failure.hpp"
#include "base/values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmp {

namespace {

constexpr size_t k_max_token_bytes = 65536;

[[noreturn]] void fail_proxy_url() {
  throw Failure(FailureKind::usage, "--kube-url is not http:// to this machine", {"kubectl proxy has it: --kube-url http://127.0.0.1:8001"});
}

Cluster through_proxy(const std::string& url) {
  try {
    const std::string origin = parse_hub_url(url);
    if (!origin.starts_with("http://")) { fail_proxy_url(); }
    return {origin, "", {}};
  } catch (const BadValue&) { fail_proxy_url(); }
}

std::string variable(const Environment& environment, const char* name, std::string_view alphabet) {
  const std::string value = environment.get(name).value_or("");
  if (value.empty()) {
    throw Failure(FailureKind::usage, fmt::format("no Kubernetes API: {} is not set", name),
        {"run it in the cluster, or on your machine with kubectl proxy and --kube-url http://127.0.0.1:8001"});
  }
  if (value.find_first_not_of(alphabet) != std::string::npos) { throw Failure(FailureKind::usage, fmt::format("{} is not an address", name)); }
  return value;
}

Secret read_token(const std::string& path) {
  std::string token = *read_file(path, k_max_token_bytes, Missing::is_error);
  token.erase(token.find_last_not_of("\r\n \t") + 1);
  if (token.empty()) { throw Failure(FailureKind::usage, fmt::format("{} is empty", path)); }
  try {
    return Secret(parse_secret(token));
  } catch (const BadValue& bad) { throw Failure(FailureKind::usage, fmt::format("{}: {}", path, bad.what())); }
}

}  // namespace

Cluster find_cluster(const std::string& proxy_url, const std::string& service_account_dir, const Environment& environment) {
  if (!proxy_url.empty()) { return through_proxy(proxy_url); }
  const std::string host = variable(environment, "KUBERNETES_SERVICE_HOST", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-.:");
  const std::string port = variable(environment, "KUBERNETES_SERVICE_PORT", "0123456789");
  const bool is_ipv6 = host.find(':') != std::string::npos;
  // The token is read at each run because Kubernetes replaces it about every hour.
  return {fmt::format("https://{}{}{}:{}", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", port), service_account_dir + "/ca.crt",
      read_token(service_account_dir + "/token")};
}

}  // namespace cmp
