#include "commands.hpp"

namespace cmp {

namespace {

constexpr CommandOption k_lock_options[] = {
    {"check", "", "", "write nothing; print what differs and exit 1 when something does", Shape::flag},
};

constexpr CommandOption k_check_options[] = {
    {k_filename, "f", "FILE", "a file or directory, as in kubectl; may be given several times"},
    {"output", "o", "FORMAT", "text, json, sarif, junit or github"},
    {"fix", "", "", "write the tags the policy sets into the files, lines beside them stay", Shape::flag},
    {"no-inject", "", "", "files must be complete: a tag the policy would set is reported as missing", Shape::flag},
    {"explain", "", "", "say for every tag which rule decided it and why", Shape::flag},
};

constexpr CommandOption k_refresh_options[] = {
    {"dry-run", "", "", "patch nothing; say what would be refreshed", Shape::flag},
    {"application", "", "NAMESPACE/NAME", "this Application only"},
    {"namespace", "n", "NAMESPACE", "Applications of this namespace only; default: all"},
    {"max-patches", "", "N", "Applications refreshed in one run, the rest in the next (default 50)"},
    {"kube-url", "", "URL", "kubectl proxy on this machine; default: the pod's service account"},
    {"service-account-dir", "", "DIR", "directory with token and ca.crt (default /var/run/secrets/kubernetes.io/serviceaccount)"},
};

constexpr Command k_commands[] = {
    {"init", "", "check settings, credentials and that the space can be read; prints nothing", run_init},
    {"generate", "", "print the approved configuration of a space, tagged", run_generate},
    {"check", "FILE...", "judge files and directories by the tag policy, - is stdin; no hub needed", run_check, k_check_options},
    {"lock", "", "write what is approved now to the lock file, for rule locked", run_lock, k_lock_options},
    {"refresh", "", "ask Argo CD for a hard refresh of the Applications whose approved set changed", run_refresh, k_refresh_options},
    {"diff", "AGAINST", "compare what generate would print with lock, live, head, approved or a directory; exit 1 when different", run_diff},
    {"settings", "", "show what holds and where each value came from; secrets as set or unset", run_settings},
    {"doctor", "", "check the installation step by step, each failure with its fix", run_doctor},
};

}  // namespace

std::span<const Command> commands() { return k_commands; }

}  // namespace cmp
