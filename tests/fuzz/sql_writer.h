#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/random_heap.h"

namespace heapscan::tests {

/// A statement that nobody wrote.
struct WrittenSql {
  std::string text;
  /// Its rows, apart from their order, depend on nothing but the tables: it means something, has no
  /// LIMIT and no function of chance or order.
  bool has_one_answer = false;
};

/// Writes SQL over the tables, views and functions of a heap by the grammar of SELECT, now and then
/// with what a query must not do, and spoils some of it. The same for the same seed everywhere.
class SqlWriter {
 public:
  /// `known` are whole queries, which are written too, spoilt.
  SqlWriter(std::uint64_t seed, std::vector<std::string> known);

  [[nodiscard]] WrittenSql statement();

 private:
  /// A table in a FROM, by the name that it has there.
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
  /// Adds to the scope what it names.
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
