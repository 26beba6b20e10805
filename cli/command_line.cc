#include "cli/command_line.h"

#include <algorithm>
#include <exception>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/console/exit_code.h"
#include "cli/console/printable.h"
#include "cli/verb/parser.h"
#include "cli/verbs.h"
#include "dump/error.h"

namespace heapscan::cli {
namespace {

ExitCode run(const std::vector<std::string>& arguments, const Console& console) {
  const Program program = heapscan_program();
  if (arguments.empty()) {
    console.err << help_text(program);
    return ExitCode::kUsage;
  }
  const ParsedCommandLine parsed = parse_command_line(program, arguments);
  if (parsed.verb != nullptr) {
    return parsed.verb->run(console);
  }
  console.out << parsed.text;
  return ExitCode::kDone;
}

ExitCode report(const Console& console, std::string_view message, ExitCode code) {
  console.err << "heapscan: " << printable(message) << '\n' << std::flush;
  return code;
}

ExitCode run_guarded(const std::vector<std::string>& arguments, const Console& console) {
  try {
    const ExitCode code = run(arguments, console);
    console.out.flush();
    return code;
  } catch (const Error& error) {
    const bool ours = error.kind() == ErrorKind::kInternal;
    return report(console,
                  ours ? std::string("internal error: ") + error.what() + ": please report this"
                       : std::string(error.what()),
                  exit_code(error.kind()));
  } catch (const std::bad_alloc&) {
    return report(console,
                  "out of memory: the heap does not fit into memory: use a machine, or a container "
                  "limit, with more memory",
                  ExitCode::kFile);
  } catch (const std::exception& error) {
    return report(console, std::string("internal error: ") + error.what() + ": please report this",
                  ExitCode::kInternal);
  }
}

}  // namespace

int run_program(int argc, const char* const* argv, const Console& console) noexcept {
  try {
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    return static_cast<int>(run_guarded(arguments, console));
  } catch (...) {
    // The message itself could not be written: only the exit code is left.
    return static_cast<int>(ExitCode::kInternal);
  }
}

}  // namespace heapscan::cli
