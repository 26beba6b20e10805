#include "analysis/store/virtual_table.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <new>

#include <sqlite3.h>

#include "analysis/graph/stop.h"
#include "dump/error.h"
#include "dump/utf8.h"

// The C side: SQLite's structures extended with ours, and exceptions turned into error codes.
namespace heapscan::analysis::store {
namespace {

struct Table {
  sqlite3_vtab base;
  VirtualTable* table;
};

struct OpenCursor {
  sqlite3_vtab_cursor base;
  Cursor* cursor;
};

VirtualTable& table_of(sqlite3_vtab* base) {
  return *reinterpret_cast<Table*>(base)->table;
}

Cursor& cursor_of(sqlite3_vtab_cursor* base) {
  return *reinterpret_cast<OpenCursor*>(base)->cursor;
}

/// Runs `work` and turns exceptions into SQLite's error codes.
template <class Work>
int guarded(char** message, Work work) {
  try {
    work();
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const Stopped&) {
    return SQLITE_INTERRUPT;
  } catch (const std::exception& error) {
    sqlite3_free(*message);
    *message = sqlite3_mprintf("%s", error.what());
    return SQLITE_ERROR;
  }
}

// NOLINTNEXTLINE(readability-function-size): SQLite sets the parameters.
int connect(sqlite3* connection,
            void* client,
            int /*argc*/,
            const char* const* /*argv*/,
            sqlite3_vtab** out,
            char** message) {
  auto& table = *static_cast<VirtualTable*>(client);
  return guarded(message, [&] {
    const std::string sql = "CREATE TABLE x(" + table.columns() + ")";
    if (sqlite3_declare_vtab(connection, sql.c_str()) != SQLITE_OK) {
      throw Error(ErrorKind::kInternal, sqlite3_errmsg(connection));
    }
    // The tables are read-only, so nothing that a view of an untrusted database does is harmful.
    sqlite3_vtab_config(connection, SQLITE_VTAB_INNOCUOUS);
    *out = &(new Table{{}, &table})->base;
  });
}

int disconnect(sqlite3_vtab* base) {
  delete reinterpret_cast<Table*>(base);
  return SQLITE_OK;
}

/// The columns that are compared by "=" with values that are known before the rows are read.
std::vector<int> compared_columns(const sqlite3_index_info& info, bool& unusable) {
  std::vector<int> columns;
  for (int row = 0; row < info.nConstraint; ++row) {
    const auto& constraint = info.aConstraint[row];
    if (constraint.op == SQLITE_INDEX_CONSTRAINT_EQ && constraint.iColumn >= 0) {
      if (constraint.usable != 0) {
        columns.push_back(constraint.iColumn);
      } else {
        unusable = true;
      }
    }
  }
  return columns;
}

void claim_arguments(sqlite3_index_info& info, const Plan& plan) {
  for (std::size_t place = 0; place < plan.arguments.size(); ++place) {
    for (int row = 0; row < info.nConstraint; ++row) {
      const auto& constraint = info.aConstraint[row];
      if (constraint.op == SQLITE_INDEX_CONSTRAINT_EQ && constraint.usable != 0 &&
          constraint.iColumn == plan.arguments[place]) {
        info.aConstraintUsage[row].argvIndex = static_cast<int>(place) + 1;
        break;
      }
    }
  }
}

int best_index(sqlite3_vtab* base, sqlite3_index_info* info) {
  bool unusable = false;
  std::optional<Plan> plan;
  const int code = guarded(&base->zErrMsg, [&] {
    std::vector<OrderTerm> order;
    order.reserve(static_cast<std::size_t>(info->nOrderBy));
    for (int row = 0; row < info->nOrderBy; ++row) {
      order.push_back({info->aOrderBy[row].iColumn, info->aOrderBy[row].desc != 0});
    }
    plan = table_of(base).plan(compared_columns(*info, unusable), order);
    if (!plan && !unusable) {
      throw Error(ErrorKind::kUsage, "the function needs its first argument, as in f(17)");
    }
  });
  if (code != SQLITE_OK || !plan) {
    return code != SQLITE_OK ? code : SQLITE_CONSTRAINT;
  }
  claim_arguments(*info, *plan);
  info->idxNum = plan->number;
  info->orderByConsumed = plan->ordered ? 1 : 0;
  info->estimatedRows = static_cast<sqlite3_int64>(std::max(plan->rows, 1.0));
  // Returning a row costs about as much as starting a look-up.
  info->estimatedCost = 1 + plan->rows;
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab* base, sqlite3_vtab_cursor** out) {
  return guarded(&base->zErrMsg, [&] {
    auto cursor = table_of(base).open();
    auto* const opened = new OpenCursor{{}, cursor.get()};
    static_cast<void>(cursor.release());
    *out = &opened->base;
  });
}

int close_cursor(sqlite3_vtab_cursor* base) {
  delete reinterpret_cast<OpenCursor*>(base)->cursor;
  delete reinterpret_cast<OpenCursor*>(base);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* base,
           int number,
           const char* /*text*/,
           int count,
           sqlite3_value** values) {
  return guarded(&base->pVtab->zErrMsg, [&] {
    cursor_of(base).start(number, Arguments({values, static_cast<std::size_t>(count)}));
  });
}

int next(sqlite3_vtab_cursor* base) {
  return guarded(&base->pVtab->zErrMsg, [&] { cursor_of(base).next(); });
}

int at_end(sqlite3_vtab_cursor* base) {
  return cursor_of(base).at_end() ? 1 : 0;
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int number) {
  return guarded(&base->pVtab->zErrMsg, [&] {
    Cell cell(context);
    cursor_of(base).column(number, cell);
  });
}

int row_id(sqlite3_vtab_cursor* base, sqlite3_int64* out) {
  *out = cursor_of(base).row_id();
  return SQLITE_OK;
}

sqlite3_module module_for(ModuleUse use) {
  sqlite3_module module{};
  // A module without a create function is eponymous: the table exists by its name, as a function.
  module.xCreate = use == ModuleUse::kTable ? connect : nullptr;
  module.xConnect = connect;
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xDestroy = disconnect;
  module.xOpen = open_cursor;
  module.xClose = close_cursor;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = at_end;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}

void delete_table(void* table) {
  delete static_cast<VirtualTable*>(table);
}

}  // namespace

void Cell::set(std::int64_t number) {
  sqlite3_result_int64(context_, number);
}

void Cell::set_real(double number) {
  sqlite3_result_double(context_, number);
}

void Cell::set_text(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
  if (ascii) {
    // A null pointer would be NULL; an empty string is not.
    sqlite3_result_text64(context_, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                          SQLITE_UTF8);
  } else {
    set_copy(text);
  }
}

void Cell::set_copy(std::string_view text) {
  const std::string valid = dump::valid_utf8(text);
  sqlite3_result_text64(context_, valid.data(), valid.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Cell::set_null() {
  sqlite3_result_null(context_);
}

std::optional<std::int64_t> Arguments::integer(std::size_t place) const {
  sqlite3_value* const value = values_[place];
  const int type = sqlite3_value_numeric_type(value);
  if (type == SQLITE_INTEGER) {
    return sqlite3_value_int64(value);
  }
  if (type == SQLITE_FLOAT) {
    constexpr double kLimit = 9.0e18;
    const double number = sqlite3_value_double(value);
    if (std::abs(number) < kLimit && std::trunc(number) == number) {
      return static_cast<std::int64_t>(number);
    }
  }
  return std::nullopt;
}

void add_module(sqlite3* connection,
                const std::string& module,
                ModuleUse use,
                std::unique_ptr<VirtualTable> table) {
  static const sqlite3_module table_module = module_for(ModuleUse::kTable);
  static const sqlite3_module function_module = module_for(ModuleUse::kFunction);
  const int code = sqlite3_create_module_v2(
      connection, module.c_str(), use == ModuleUse::kTable ? &table_module : &function_module,
      table.release(), delete_table);  // SQLite deletes it even if this fails.
  if (code != SQLITE_OK) {
    throw Error(ErrorKind::kInternal, std::string("sqlite: ") + sqlite3_errmsg(connection));
  }
}

}  // namespace heapscan::analysis::store
