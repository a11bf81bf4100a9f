// Where the Kubernetes API is and who asks it: the pod's service account, or kubectl proxy on this machine.
// Refuses (exit 2) every other way: no kubeconfig is read, and plain http leads to loopback only.
#pragma once

#include "base/environment.hpp"
#include "base/secret.hpp"

#include <string>

namespace cmp {

struct Cluster {
  std::string origin;
  std::string ca_file;
  Secret token;  // empty through kubectl proxy, which adds its own
};

// `proxy_url` wins when it is not empty. `service_account_dir` holds token and ca.crt as Kubernetes mounts them.
Cluster find_cluster(const std::string& proxy_url, const std::string& service_account_dir, const Environment& environment);

}  // namespace cmp
