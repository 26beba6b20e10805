#pragma once

#include <cstdint>
#include <ostream>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/input/analyzed_heap.h"
#include "dump/heap.h"

/// The parts that every JSON result is made of. Sizes are bytes, addresses texts ("0x7f31c8"), keys
/// sorted; what is not known is null. Fields may be added within a schema version, none changes.
namespace heapscan::cli {

using Json = nlohmann::json;

inline constexpr int kJsonSchemaVersion = 1;

/// {"schema_version": 1, "heapscan": "0.1.0", "command": command}
[[nodiscard]] Json json_document(std::string_view command);

[[nodiscard]] Json json_text(std::string_view text);
/// null for an unknown (negative) number.
[[nodiscard]] Json json_known(std::int64_t number);
/// null for an unknown (empty) text.
[[nodiscard]] Json json_known(const std::string& text);
[[nodiscard]] Json json_address(std::uint64_t address);

/// The header of a dump.
[[nodiscard]] Json json_facts(const dump::ProcessFacts& facts, std::string_view path);

/// The header of a dump, with its counts.
[[nodiscard]] Json json_dump(const dump::Heap& heap, std::string_view path);

/// Address, type, sizes, reference count (null: immortal) and value of an object.
[[nodiscard]] Json json_object(const AnalyzedHeap& view, dump::ObjectId id);

/// The path to an object: its text, its signature, and each step; null when there is none.
[[nodiscard]] Json json_path(const AnalyzedHeap& view, dump::ObjectId id);

/// Writes the document, ASCII only, with a line end.
void print_json(std::ostream& out, const Json& document);

}  // namespace heapscan::cli
