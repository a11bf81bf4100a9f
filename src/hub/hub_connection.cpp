#include "hub/hub_connection.hpp"

namespace cmp {

namespace {

TokenCache token_cache(const Settings& settings, const Credentials& credentials) {
  return TokenCache(settings.cache == Caching::off ? "" : settings.cache_dir, settings.url, credentials);
}

}  // namespace

std::unique_ptr<Transport> make_transport(const Settings& settings) {
  return make_curl_transport(
      {settings.url, settings.ca_file, settings.proxy, settings.no_proxy, settings.limits.response_bytes, settings.limits.header_bytes});
}

HubConnection::HubConnection(
    const Settings& settings, const std::string& credentials_dir, Clock& clock, const Deadline& deadline, HubTraffic& traffic, Texts texts)
    : m_transport(make_transport(settings)) {
  Credentials credentials = read_credentials(settings, credentials_dir);
  TokenCache cache = token_cache(settings, credentials);
  m_session =
      std::make_unique<HubSession>(*m_transport, clock, deadline, settings.limits, std::move(credentials), std::move(cache), settings.url, traffic);
  m_hub = make_hub(*m_session, texts);
}

}  // namespace cmp
