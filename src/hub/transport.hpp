// One HTTP exchange with the hub, or with the Kubernetes API, over libcurl. Owns TLS, size limits and what is read from headers.
// Refuses to leave the origin: redirects are reported, never followed; TLS is always verified, 1.2 or newer.
// Does not retry and does not interpret a status; see retry.hpp and hub_session.hpp.
#pragma once

#include "base/limits.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace cmp {

enum class Method { get, post, patch };

struct HttpRequest {
  Method method = Method::get;
  std::string target;  // "/api/unit?where=...", percent-encoded
  std::string body;    // JSON, for post; a JSON merge patch, for patch
  Secret bearer;       // empty: no Authorization header
};

struct HttpResponse {
  long status = 0;
  std::string body;            // decoded
  std::string request_id;      // X-Request-Id
  std::string continue_token;  // ConfigHub-Continue: there is another page
  std::string hub_version;     // ConfigHub-Version: generation C
  std::string location;        // of a redirect
  std::optional<std::chrono::seconds> retry_after;
  std::optional<std::chrono::system_clock::time_point> date;  // the hub's clock
};

// Why an exchange brought no complete response.
enum class TransportError { none, resolve, connect, tls, timeout, torn, body_too_large, headers_too_large };

struct Exchange {
  TransportError error = TransportError::none;
  std::string detail;  // of a TLS error, in OpenSSL's words
  HttpResponse response;
};

class Transport {
public:
  virtual ~Transport() = default;
  virtual Exchange send(const HttpRequest& request, std::chrono::milliseconds timeout) = 0;
};

struct TransportOptions {
  std::string origin;
  std::string ca_file;
  std::string proxy;
  std::string no_proxy;
  size_t max_body_bytes = 0;
  size_t max_header_bytes = 0;
};

std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options);

// `text` percent-encoded for one query value.
std::string url_encoded(const std::string& text);

}  // namespace cmp
