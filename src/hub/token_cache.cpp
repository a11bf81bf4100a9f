#include "hub/token_cache.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace cmp {

namespace {

constexpr size_t k_max_token_bytes = 7000;    // servers refuse header lines of 8 KiB
constexpr std::chrono::seconds k_margin(60);  // longer than a run

class Descriptor {
public:
  explicit Descriptor(int fd) : m_fd(fd) {}
  ~Descriptor() {
    if (m_fd >= 0) { close(m_fd); }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool valid() const { return m_fd >= 0; }
  int get() const { return m_fd; }

private:
  int m_fd;
};

bool is_private(const struct stat& info) { return info.st_uid == geteuid() && (info.st_mode & 077) == 0; }

std::string read_private_file(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  if (!file.valid() || fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode) || !is_private(info)) { return ""; }
  if (info.st_size > static_cast<off_t>(k_max_token_bytes)) { return ""; }
  std::string text(k_max_token_bytes, '\0');
  const ssize_t got = read(file.get(), text.data(), text.size());
  text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return text;
}

}  // namespace

TokenCache::TokenCache(std::string directory, const std::string& origin, const Credentials& credentials) : m_directory(std::move(directory)) {
  if (m_directory.empty() || credentials.is_token()) { return; }
  // The secret is part of the key, so a rotated or wrong one does not live on in an old token.
  m_file = fmt::format(
      "{}/token-{}", m_directory, sha256_hex(fmt::format("{}\n{}\n{}", origin, credentials.worker_id, credentials.worker_secret.reveal())));
}

Secret TokenCache::find(Clock::WallTime now) const {
  if (m_file.empty()) { return {}; }
  const Secret token(read_private_file(m_file));
  const auto expiry = token_expiry(token);
  return expiry && *expiry > now + k_margin ? token : Secret();
}

void TokenCache::keep(const Secret& token) const {
  if (m_file.empty() || token.reveal().size() > k_max_token_bytes || !token_expiry(token) || !ensure_private_directory(m_directory)) { return; }
  const std::string part = fmt::format("{}.{}", m_file, getpid());
  unlink(part.c_str());  // a killed run with the same process number left it
  const Descriptor file(open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  const std::string& text = token.reveal();
  if (!file.valid()) { return; }
  const bool written = write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!written || rename(part.c_str(), m_file.c_str()) != 0) { unlink(part.c_str()); }
}

bool ensure_private_directory(const std::string& path) {
  mkdir(path.c_str(), 0700);
  struct stat info {};
  return lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && is_private(info);
}

std::optional<Clock::WallTime> token_expiry(const Secret& token) {
  const std::string& text = token.reveal();
  const size_t first = text.find('.');
  const size_t second = first == std::string::npos ? first : text.find('.', first + 1);
  // What ends up in a header must not bring a line of its own.
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (second == std::string::npos || !plain) { return std::nullopt; }
  std::string claims = text.substr(first + 1, second - first - 1);
  std::replace(claims.begin(), claims.end(), '-', '+');
  std::replace(claims.begin(), claims.end(), '_', '/');
  claims.append((4 - claims.size() % 4) % 4, '=');
  const auto json = decoded_base64(claims);
  if (!json) { return std::nullopt; }
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(json->data(), json->size());
  if (document.HasParseError() || !document.IsObject() || !document.HasMember("exp") || !document["exp"].IsInt64()) { return std::nullopt; }
  const std::int64_t exp = document["exp"].GetInt64();
  if (exp < 0 || exp > 253'402'300'799) { return std::nullopt; }  // the year 9999
  return Clock::WallTime(std::chrono::seconds(exp));
}

}  // namespace cmp
