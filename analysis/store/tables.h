#pragma once

#include <memory>

#include "analysis/store/queried_dumps.h"
#include "analysis/store/virtual_table.h"

struct sqlite3;

/// The tables of the schema as virtual tables over the columns of dumps. `dumps` must outlive them.
namespace heapscan::analysis::store {

[[nodiscard]] std::unique_ptr<VirtualTable> object_table(QueriedDumps& dumps);
[[nodiscard]] std::unique_ptr<VirtualTable> reference_table(QueriedDumps& dumps);
[[nodiscard]] std::unique_ptr<VirtualTable> dump_table(QueriedDumps& dumps);
[[nodiscard]] std::unique_ptr<VirtualTable> diagnostic_table(QueriedDumps& dumps);
[[nodiscard]] std::unique_ptr<VirtualTable> type_table(QueriedDumps& dumps);
[[nodiscard]] std::unique_ptr<VirtualTable> name_table(QueriedDumps& dumps);
[[nodiscard]] std::unique_ptr<VirtualTable> site_table(QueriedDumps& dumps);
[[nodiscard]] std::unique_ptr<VirtualTable> root_table(QueriedDumps& dumps);
[[nodiscard]] std::unique_ptr<VirtualTable> cycle_table(QueriedDumps& dumps);
[[nodiscard]] std::unique_ptr<VirtualTable> suspect_table(QueriedDumps& dumps);

/// Registers all of them with a connection, as modules "heapscan_object" and so on.
void add_table_modules(sqlite3* connection, QueriedDumps& dumps);

}  // namespace heapscan::analysis::store
