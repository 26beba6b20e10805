#include <unistd.h>

#include <csignal>
#include <iostream>
#include <ostream>

#include "cli/command_line.h"
#include "cli/console/console.h"
#include "cli/console/descriptor_stream.h"
#include "cli/console/terminal.h"

int main(int argc, char** argv) {
  namespace cli = heapscan::cli;
  // `heapscan gate ... | head` still ends with the gate's exit code: a reader that leaves early is
  // noticed by its stream, not by a signal.
  std::signal(SIGPIPE, SIG_IGN);
  // A file that grows beyond the limit of `ulimit -f` is an error like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  const cli::Environment environment = cli::process_environment();
  cli::DescriptorBuffer buffer(STDOUT_FILENO, "standard output");
  std::ostream out(&buffer);
  out.exceptions(std::ios::badbit);
  const cli::Console console{.out = out,
                             .err = std::cerr,
                             .out_terminal = cli::Terminal::of(STDOUT_FILENO, environment),
                             .err_terminal = cli::Terminal::of(STDERR_FILENO, environment)};
  return cli::run_program(argc, argv, console);
}
