#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/random_heap.h"

namespace heapscan::tests {

/// A generated statement.
struct WrittenSql {
  std::string text;
  /// Its rows, apart from their order, depend only on the tables: it is valid, has no LIMIT, and
  /// uses no function that is random or depends on the order of rows.
  bool has_one_answer = false;
};

/// Writes SQL over the tables, views and functions of a heap by the grammar of SELECT, now and then
/// with something that a query must not do, and corrupts some of it. The same seed gives the same
/// statements everywhere.
class SqlWriter {
 public:
  /// `known` are complete queries, corrupted variants of which are written too.
  SqlWriter(std::uint64_t seed, std::vector<std::string> known);

  [[nodiscard]] WrittenSql statement();

 private:
  /// A table in a FROM clause, with its alias.
  struct Source {
    std::string alias;
    const std::vector<std::string_view>* columns;
  };

  using Scope = std::vector<Source>;

  std::string_view pick(const std::vector<std::string_view>& choices);
  std::string number();
  std::string literal();
  std::string column(const Scope& scope);
  std::string call(const Scope& scope, unsigned depth);
  std::string condition(const Scope& scope, unsigned depth);
  std::string expression(const Scope& scope, unsigned depth);
  std::string subquery(const Scope& outer, unsigned depth);
  std::string aggregate(const Scope& scope);
  /// Adds the table to the scope.
  std::string from(Scope& scope, unsigned depth);
  std::string table(Scope& scope, unsigned depth);
  std::string select(const Scope& outer, unsigned columns, unsigned depth);
  std::string query();
  std::string with();
  std::string forbidden();
  std::string spoilt(std::string text);

  Dice dice_;
  std::vector<std::string> known_;
  unsigned aliases_ = 0;
  bool has_one_answer_ = false;
};

}  // namespace heapscan::tests
