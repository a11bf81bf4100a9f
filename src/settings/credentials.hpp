// The credential of a run: a worker's id and secret, or a person's token. Read from the credentials
// directory at each run, so that a rotated Kubernetes Secret is picked up without a restart.
// Refuses (Failure usage) an incomplete one, naming what is missing and never what is there.
#pragma once

#include "base/secret.hpp"
#include "settings/settings.hpp"

#include <string>

namespace cmp {

struct Credentials {
  std::string worker_id;
  Secret worker_secret;
  Secret token;  // wins over the worker login when set

  bool is_token() const { return !token.empty(); }
};

// `directory` wins over the variables; empty means there is none.
Credentials read_credentials(const Settings& settings, const std::string& directory);

}  // namespace cmp
