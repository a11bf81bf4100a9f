#include "expect_failure.hpp"
#include "kubernetes/cluster.hpp"
#include "scratch_directory.hpp"

namespace cmp {

namespace {

Environment pod(const std::string& host, const std::string& port = "443") {
  return Environment({{"KUBERNETES_SERVICE_HOST", host}, {"KUBERNETES_SERVICE_PORT", port}});
}

}  // namespace

TEST_CASE("find_cluster: in a pod") {
  ScratchDirectory account;
  account.write("token", "ey.token\n");
  const Cluster cluster = find_cluster("", account.path(), pod("10.96.0.1"));
  CHECK(cluster.origin == "https://10.96.0.1:443");
  CHECK(cluster.ca_file == account.path() + "/ca.crt");
  CHECK(cluster.token.reveal() == "ey.token");
  CHECK(find_cluster("", account.path(), pod("fd00::1", "6443")).origin == "https://[fd00::1]:6443");
}

TEST_CASE("find_cluster: through kubectl proxy nothing else is looked at") {
  const Cluster cluster = find_cluster("http://127.0.0.1:8001", "/nowhere", Environment({}));
  CHECK(cluster.origin == "http://127.0.0.1:8001");
  CHECK(cluster.token.empty());
  CHECK(find_cluster("http://[::1]:8001", "", Environment({})).origin == "http://[::1]:8001");
}

TEST_CASE("find_cluster: every other way is refused") {
  ScratchDirectory account;
  const auto outcome = [&](const std::string& url, const Environment& environment) {
    return outcome_of([&] { find_cluster(url, account.path(), environment); });
  };
  CHECK(outcome("https://127.0.0.1:6443", Environment({})) == "2: --kube-url is not http:// to this machine");
  CHECK(outcome("http://kubernetes.example", Environment({})) == "2: --kube-url is not http:// to this machine");
  CHECK(outcome("", Environment({})) == "2: no Kubernetes API: KUBERNETES_SERVICE_HOST is not set");
  CHECK(outcome("", pod("10.96.0.1", "")) == "2: no Kubernetes API: KUBERNETES_SERVICE_PORT is not set");
  CHECK(outcome("", pod("user@elsewhere")) == "2: KUBERNETES_SERVICE_HOST is not an address");
  account.write("token", " \n");
  CHECK(outcome("", pod("10.96.0.1")) == "2: " + account.path() + "/token is empty");
  account.write("token", "two\nlines");
  CHECK(outcome("", pod("10.96.0.1")) == "2: " + account.path() + "/token: must be one line of plain characters");
}

}  // namespace cmp
