// What people write: the operator's settings file and tag policy, and behind a NUL the Application's parameters
// (ARGOCD_APP_PARAMETERS) and, behind another, its ARGOCD_ENV_CONFIGHUB_WHERE. Whatever it is, it ends as values or Failure(usage).
#include "base/environment.hpp"
#include "base/values.hpp"
#include "fuzz.hpp"
#include "settings/access.hpp"
#include "settings/application.hpp"
#include "settings/settings.hpp"
#include "tags/tag_policy_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <utility>

namespace cmp::fuzz {

namespace {

class MemoryFile {
public:
  explicit MemoryFile(const std::string& text) : m_fd(memfd_create("settings", MFD_CLOEXEC)) {
    must_hold(m_fd >= 0 && write(m_fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "a file in memory can be written");
  }
  ~MemoryFile() { close(m_fd); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(m_fd); }

private:
  int m_fd;
};

template <typename Use>
void expect_usage(const Use& use) {
  try {
    use();
  } catch (const Failure& failure) { check_failure(failure, FailureKind::usage); }
}

// The part of the input before the next NUL, which no file or variable of these can hold.
std::string next_part(std::string_view& input) {
  const size_t end = std::min(input.find('\0'), input.size());
  const std::string part(input.substr(0, end));
  input.remove_prefix(std::min(end + 1, input.size()));
  return part;
}

void check_settings(const Settings& settings) {
  must_hold(parse_hub_url(settings.url) == settings.url, "the hub's URL is an origin");
  must_hold(settings.approvals >= 1, "somebody must approve");
  must_hold(settings.limits.budget.count() > 0 && settings.limits.budget <= std::chrono::hours(1), "a budget is at most an hour");
  for (const std::string& space : settings.spaces) { must_hold(parse_slug(space) == space, "a space is a slug"); }
  for (const AccessEntry& entry : settings.access) {
    must_hold(!entry.project.empty() && !entry.spaces.empty(), "access is for somebody, to something");
  }
}

void check_application(const Application& application) {
  must_hold(application.project == "shop" && application.name == "app", "identity is Argo CD's word");
  for (const std::string& space : application.spaces.value_or(std::vector<std::string>{})) {
    must_hold(parse_slug(space) == space, "a space is a slug");
  }
  for (const auto& [key, origin] : application.origins) {
    must_hold(key == "space" || key == "revision" || key == "where", "an Application has three wishes");
  }
}

// What is pasted into the hub's filter language has no quotes of its own.
void check_filter(const std::string& filter) {
  bool is_quoted = false;
  for (const char c : filter) {
    is_quoted = is_quoted != (c == '\'');
    must_hold(!is_quoted || (static_cast<unsigned char>(c) > 0x20 && c != '"' && c != '\\'), "a value in the filter is plain");
  }
  must_hold(!is_quoted, "quotes in the filter are closed");
}

}  // namespace

}  // namespace cmp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace cmp::fuzz;
  std::string_view input = text_of(data, size);
  const std::string file = next_part(input);
  const std::string parameters = next_part(input);
  const std::string where = next_part(input);

  expect_usage([&] {
    const MemoryFile settings(file);
    check_settings(cmp::load_settings({{"settings", settings.path()}}, cmp::Environment({})));
  });
  expect_usage([&] { cmp::parse_tag_policy(file, "policy.yaml"); });
  expect_usage([&] {
    const cmp::Application application = cmp::read_application(cmp::Environment({{"ARGOCD_APP_NAME", "app"}, {"ARGOCD_APP_PROJECT_NAME", "shop"},
        {"ARGOCD_APP_PARAMETERS", parameters.empty() ? "null" : parameters}, {"ARGOCD_ENV_CONFIGHUB_WHERE", where}}));
    check_application(application);
    if (application.where) { check_filter(application.where->hub_filter()); }
  });
  return 0;
}
