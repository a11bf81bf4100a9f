// Access tokens kept between runs, so that a refresh of many Applications is not a login storm.
// Owns the files: directory 0700, file 0600, written by rename, keyed by origin, worker and secret, so that another
// credential never finds them. A bad cache is never fatal: it reads as empty and is written over.
// Refuses files of other owners, readable by others, or whose token does not say when it ends.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "settings/credentials.hpp"

#include <optional>
#include <string>

namespace cmp {

class TokenCache {
public:
  // No directory: nothing is found and nothing is kept.
  TokenCache(std::string directory, const std::string& origin, const Credentials& credentials);

  Secret find(Clock::WallTime now) const;  // empty when there is none that lasts another minute
  void keep(const Secret& token) const;

private:
  std::string m_directory;
  std::string m_file;
};

// Makes the directory if need be. False when it is not this user's alone: then nothing is kept there.
bool ensure_private_directory(const std::string& path);

// `exp` of a JSON web token; nullopt for other tokens. The signature is the hub's business.
std::optional<Clock::WallTime> token_expiry(const Secret& token);

}  // namespace cmp
