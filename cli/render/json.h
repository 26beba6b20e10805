#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "cli/render/page.h"
#include "dump/heap.h"

/// The parts that every JSON result is made of. Sizes are bytes, addresses strings ("0x7f31c8"),
/// keys sorted; what is not known is null. Within a schema version fields may be added, but none
/// changes.
namespace heapscan::cli {

using Json = nlohmann::json;

inline constexpr int kJsonSchemaVersion = 1;

/// {"schema_version": 1, "heapscan": "0.1.0", "command": command}
[[nodiscard]] Json json_document(std::string_view command);

[[nodiscard]] Json json_text(std::string_view text);
/// null for an unknown (negative) number.
[[nodiscard]] Json json_known(std::int64_t number);
/// null for an unknown (empty) string.
[[nodiscard]] Json json_known(const std::string& text);

/// The header of a dump.
[[nodiscard]] Json json_facts(const dump::ProcessFacts& facts, std::string_view path);

/// The header of a dump, with its counts.
[[nodiscard]] Json json_dump(const dump::Heap& heap, std::string_view path);

/// Adds the fields of the page and its listings, each under its key.
void add_page(Json& document, const Page& page);

/// The rows of the listing as an array of objects.
[[nodiscard]] Json json_rows(const Listing& listing);

/// Writes the document, ASCII only, with a line end.
void print_json(std::ostream& out, const Json& document);

}  // namespace heapscan::cli
