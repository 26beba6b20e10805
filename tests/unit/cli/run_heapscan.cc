#include "tests/unit/cli/run_heapscan.h"

#include <fstream>
#include <sstream>

#include "cli/command_line.h"
#include "formats/hsd/hsd.h"

namespace heapscan::tests {

Outcome run_heapscan(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"heapscan"};
  for (const std::string& argument : arguments) {
    argv.push_back(argument.c_str());
  }
  std::ostringstream out;
  std::ostringstream err;
  const cli::Console console{out, err, {}, {}};
  Outcome outcome;
  outcome.code = cli::run_program(static_cast<int>(argv.size()), argv.data(), console);
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

std::string write_dump(const dump::Heap& heap, const std::filesystem::path& path) {
  formats::write_hsd(heap, path, formats::Compression::kNone);
  return path.string();
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace heapscan::tests
