#include "cli/console/text_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "dump/error.h"

namespace heapscan::cli {

std::string text_of_file(const std::string& path) {
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) {
    throw Error(ErrorKind::kBadInput, path + ": is a directory: give the name of a file in it");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream stream;
  // An empty file has no characters to take, which is no failure of the file.
  if (!file || !(file.peek() == std::ifstream::traits_type::eof() || stream << file.rdbuf())) {
    throw Error(ErrorKind::kBadInput, system_error_text("read " + path, errno));
  }
  std::string text = stream.str();
  if (text.find('\0') != std::string::npos) {
    throw Error(ErrorKind::kBadInput, path + ": is not a text file");
  }
  return text;
}

}  // namespace heapscan::cli
