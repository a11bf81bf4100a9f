#include "hub/transport.hpp"

#include "base/failure.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#ifndef CONFIGHUB_CMP_VERSION
#error "CONFIGHUB_CMP_VERSION must be defined by the build"
#endif

namespace cmp {

namespace {

constexpr long k_connect_timeout_ms = 5000;

// libcurl's global state, made once per process and kept: the program ends before anything could reuse the memory.
void initialise_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) { throw Failure(FailureKind::unreachable, "libcurl could not be initialised"); }
}

class HeaderList {
public:
  void add(const std::string& line) { m_list.reset(curl_slist_append(m_list.release(), line.c_str())); }
  curl_slist* get() const { return m_list.get(); }

private:
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> m_list{nullptr, curl_slist_free_all};
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) { text.remove_suffix(1); }
  while (!text.empty() && text.front() == ' ') { text.remove_prefix(1); }
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

// Only the form in seconds is read; a date would make the wait depend on two clocks.
std::optional<std::chrono::seconds> retry_after(std::string_view value) {
  long seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc{} || end != value.data() + value.size() || seconds < 0) { return std::nullopt; }
  return std::chrono::seconds(seconds);
}

std::optional<std::chrono::system_clock::time_point> http_date(const std::string& value) {
  const time_t seconds = curl_getdate(value.c_str(), nullptr);
  if (seconds < 0) { return std::nullopt; }
  return std::chrono::system_clock::from_time_t(seconds);
}

// What the callbacks of one exchange fill.
struct Receiver {
  HttpResponse response;
  size_t max_body_bytes;
  size_t max_header_bytes;
  size_t header_bytes = 0;
  TransportError refusal = TransportError::none;
};

size_t on_body(char* data, size_t size, size_t count, void* user) {
  Receiver& receiver = *static_cast<Receiver*>(user);
  const size_t bytes = size * count;
  // Counted after decompression, so a gzip bomb ends here.
  if (receiver.response.body.size() + bytes > receiver.max_body_bytes) {
    receiver.refusal = TransportError::body_too_large;
    return 0;
  }
  // No exception may leave through libcurl's frames.
  try {
    receiver.response.body.append(data, bytes);
  } catch (const std::bad_alloc&) {
    receiver.refusal = TransportError::body_too_large;
    return 0;
  }
  return bytes;
}

size_t on_header(char* data, size_t size, size_t count, void* user) noexcept {
  Receiver& receiver = *static_cast<Receiver*>(user);
  const std::string_view line(data, size * count);
  receiver.header_bytes += line.size();
  if (receiver.header_bytes > receiver.max_header_bytes) {
    receiver.refusal = TransportError::headers_too_large;
    return 0;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) { return line.size(); }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (equal_ignoring_case(name, "x-request-id")) { receiver.response.request_id = value; }
  if (equal_ignoring_case(name, "confighub-continue")) { receiver.response.continue_token = value; }
  if (equal_ignoring_case(name, "confighub-version")) { receiver.response.hub_version = value; }
  if (equal_ignoring_case(name, "location")) { receiver.response.location = value; }
  if (equal_ignoring_case(name, "date")) { receiver.response.date = http_date(std::string(value)); }
  if (equal_ignoring_case(name, "retry-after")) { receiver.response.retry_after = retry_after(value); }
  return line.size();
}

class CurlTransport : public Transport {
public:
  explicit CurlTransport(const TransportOptions& options) : m_options(options) {
    initialise_curl();
    m_handle.reset(curl_easy_init());
    if (!m_handle) { throw Failure(FailureKind::unreachable, "libcurl could not be initialised"); }
  }

  Exchange send(const HttpRequest& request, std::chrono::milliseconds timeout) override {
    Receiver receiver{{}, m_options.max_body_bytes, m_options.max_header_bytes};
    HeaderList headers;
    set_common(timeout, receiver);
    set_request(request, headers);
    const CURLcode code = curl_easy_perform(m_handle.get());
    Exchange exchange{receiver.refusal, "", {}};
    if (exchange.error == TransportError::none) { exchange.error = error_of(code); }
    if (exchange.error == TransportError::tls) { exchange.detail = tls_detail(code); }
    exchange.response = std::move(receiver.response);
    curl_easy_getinfo(m_handle.get(), CURLINFO_RESPONSE_CODE, &exchange.response.status);
    return exchange;
  }

private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(m_handle.get(), option, value) != CURLE_OK) {
      throw Failure(FailureKind::unreachable, fmt::format("libcurl refused option {}", static_cast<int>(option)));
    }
  }

  void set_common(std::chrono::milliseconds timeout, Receiver& receiver) {
    curl_easy_reset(m_handle.get());  // keeps the connection and the TLS session
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, std::min(k_connect_timeout_ms, static_cast<long>(timeout.count())));
    set(CURLOPT_NOSIGNAL, 1L);
    // Without it, leaving after a timeout waits for the resolver thread, up to 15 s when DNS is silent.
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_CAINFO, m_options.ca_file.c_str());
    set(CURLOPT_PROXY, m_options.origin.starts_with("https:") ? m_options.proxy.c_str() : "");
    set(CURLOPT_NOPROXY, m_options.no_proxy.c_str());
    set(CURLOPT_WRITEFUNCTION, on_body);
    set(CURLOPT_WRITEDATA, &receiver);
    set(CURLOPT_HEADERFUNCTION, on_header);
    set(CURLOPT_HEADERDATA, &receiver);
  }

  void set_request(const HttpRequest& request, HeaderList& headers) {
    set(CURLOPT_URL, (m_options.origin + request.target).c_str());
    set(CURLOPT_USERAGENT, "confighub-cmp/" CONFIGHUB_CMP_VERSION);
    headers.add("Accept: application/json");
    if (request.method != Method::get) {
      headers.add(request.method == Method::post ? "Content-Type: application/json" : "Content-Type: application/merge-patch+json");
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_COPYPOSTFIELDS, request.body.data());
      if (request.method == Method::patch) { set(CURLOPT_CUSTOMREQUEST, "PATCH"); }
    }
    if (!request.bearer.empty()) { headers.add("Authorization: Bearer " + request.bearer.reveal()); }
    set(CURLOPT_HTTPHEADER, headers.get());
  }

  static TransportError error_of(CURLcode code) {
    switch (code) {
    case CURLE_OK: return TransportError::none;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return TransportError::resolve;
    case CURLE_OPERATION_TIMEDOUT: return TransportError::timeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CIPHER: return TransportError::tls;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY: return TransportError::connect;
    default: return TransportError::torn;
    }
  }

  std::string tls_detail(CURLcode code) {
    if (code == CURLE_SSL_CACERT_BADFILE) { return fmt::format("the CA file {} cannot be read", m_options.ca_file); }
    if (code != CURLE_PEER_FAILED_VERIFICATION) { return "the handshake failed; TLS 1.2 or newer is needed"; }
    long result = 0;
    curl_easy_getinfo(m_handle.get(), CURLINFO_SSL_VERIFYRESULT, &result);
    // libcurl compares the host name itself and leaves the result as it was before the handshake.
    if (result == X509_V_OK || result == X509_V_ERR_UNSPECIFIED) { return "the certificate is for another host"; }
    return X509_verify_cert_error_string(result);
  }

  TransportOptions m_options;
  std::unique_ptr<CURL, void (*)(CURL*)> m_handle{nullptr, curl_easy_cleanup};
};

}  // namespace

std::unique_ptr<Transport> make_curl_transport(const TransportOptions& options) { return std::make_unique<CurlTransport>(options); }

std::string url_encoded(const std::string& text) {
  initialise_curl();
  const std::unique_ptr<char, void (*)(void*)> encoded(curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())), curl_free);
  return encoded.get();
}

}  // namespace cmp
