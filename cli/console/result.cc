#include "cli/console/result.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include "dump/error.h"
#include "formats/output/output_file.h"

namespace heapscan::cli {

void require_writable(const std::string& path, bool force) {
  namespace fs = std::filesystem;
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  if (fs::is_directory(status)) {
    throw Error(ErrorKind::kOutput, path + ": is a directory: give the name of a file in it");
  }
  if (fs::exists(status) && !force) {
    throw Error(ErrorKind::kOutput, path + ": already exists: choose another name or add --force");
  }
  const fs::path parent = fs::path(path).parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  if (!fs::is_directory(directory, problem)) {
    throw Error(ErrorKind::kOutput,
                path + ": there is no directory " + directory + ": create it first");
  }
  if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorKind::kOutput,
                system_error_text(path, errno) + ": choose a directory that is writable");
  }
}

Result::Result(const Console& console, ResultOptions options, When color)
    : console_(console), options_(std::move(options)), color_(color) {
  if (to_file()) {
    require_writable(options_.output, options_.force);
  }
}

TextStyle Result::style() const {
  TextStyle style;
  style.unit = options_.unit();
  style.limit = options_.limit;
  style.width = to_file() ? 0 : console_.out_terminal.width;
  style.paint =
      Paint(to_file() ? color_ == When::kAlways : console_.out_terminal.wants_colour(color_));
  return style;
}

void Result::commit() {
  const std::string text = text_.str();
  if (to_file()) {
    formats::OutputFile file(options_.output);
    file.write(std::as_bytes(std::span(text)));
    file.commit();
    return;
  }
  console_.out << text;
  console_.out.flush();
  if (!console_.out) {
    throw Error(ErrorKind::kOutput, "standard output: cannot be written");
  }
}

}  // namespace heapscan::cli
