#include "commands.hpp"

namespace cmp {

namespace {

constexpr Command k_commands[] = {
    {"init", "", "check settings, credentials and that the space can be read; prints nothing", run_init},
    {"generate", "", "print the approved configuration of a space, tagged", run_generate},
    {"settings", "", "show what holds and where each value came from; secrets as set or unset", run_settings},
    {"doctor", "", "check the installation step by step, each failure with its fix", run_doctor},
};

}  // namespace

std::span<const Command> commands() { return k_commands; }

}  // namespace cmp
