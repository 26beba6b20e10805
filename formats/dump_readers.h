#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "formats/interface/dump_reader.h"

namespace heapscan::formats {

/// Every format that dumps are read from. A new one takes a pair of files and a row here.
[[nodiscard]] std::span<const DumpReader> dump_readers();

/// The reader whose format the bytes have, or null.
[[nodiscard]] const DumpReader* find_reader(std::span<const std::byte> bytes);

/// "hsd (.hsd)", one after another: for messages about a file of no supported format.
[[nodiscard]] std::string supported_dumps();

}  // namespace heapscan::formats
