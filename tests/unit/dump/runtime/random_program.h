#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "dump/runtime/runtime.h"
#include "dump/runtime/types/classes.h"
#include "dump/runtime/types/functions.h"
#include "dump/runtime/types/mappings.h"
#include "dump/runtime/types/numbers.h"
#include "dump/runtime/types/sequences.h"
#include "dump/runtime/types/text.h"
#include "dump/runtime/types/weak_references.h"

namespace heapscan::tests {

/// A random program on a runtime, alongside a brute-force model of what must be alive: objects are
/// rows with a list of the rows that they hold, and what dies is computed from that alone.
///
/// After each step, check() verifies that runtime and model agree in everything: the set of live
/// objects, every reference count, which finalizers and weak callbacks ran, and which weak
/// references are alive. Collections happen only if the program requests one.
class RandomProgram {
 public:
  explicit RandomProgram(std::uint32_t seed);

  /// Creates, links, unlinks, takes or drops something at random; collects now and then unless told
  /// not to.
  void step(bool may_collect = true);

  /// Fails the current test if runtime and model differ.
  void check();

  /// Collects, and fails the current test unless the model agrees with what is found and freed.
  void collect(unsigned generation);

  /// What all collections have found so far.
  [[nodiscard]] std::uint64_t collected() const { return collected_; }

  [[nodiscard]] dump::runtime::Runtime& runtime() { return runtime_; }

  /// Adds one to `held` for each Ref that the program has, its own or for the model.
  void count_refs(std::map<const dump::runtime::Object*, std::uint64_t>& held) const;

 private:
  using Row = std::size_t;

  struct Node {
    dump::runtime::Kind kind = dump::runtime::Kind::kFloat;
    dump::runtime::Object* object = nullptr;
    bool alive = true;
    std::uint64_t count = 0;
    std::vector<std::pair<std::uint64_t, Row>> edges;  ///< By key; ordered in sequences.
  };

  struct Weak {
    Row referent = 0;
    dump::runtime::Ref reference;
    bool has_callback = false;
  };

  unsigned pick(std::size_t below) { return static_cast<unsigned>(random_() % below); }

  Row pick_held() { return handles_[pick(handles_.size())].first; }

  [[nodiscard]] dump::runtime::View view(Row row) const {
    return dump::runtime::View(nodes_[row].object);
  }

  void add_node(dump::runtime::Kind kind,
                dump::runtime::Ref made,
                std::vector<std::pair<std::uint64_t, Row>> edges = {});
  void make();
  void make_weak();
  void link();
  void unlink();
  void take_child();
  void drop_handle();
  void link_keyed(Row source, std::uint64_t key, Row target);
  void unlink_keyed(Row source, std::uint64_t key);
  void add_edge(Row source, std::uint64_t key, Row target);
  void remove_edge(Row source, std::size_t at);
  void release(Row row);
  void bury(std::vector<Row> dying);
  [[nodiscard]] std::set<Row> unreachable_among(const std::set<Row>& rows) const;
  void expect_dead(const std::set<Row>& found);

  // What finalizers and callbacks write to: it outlives the runtime, and that the Refs.
  std::map<const dump::runtime::Object*, Row> row_of_;  ///< The newest row at each address.
  std::multiset<Row> expected_finalized_;
  std::multiset<Row> finalized_;
  std::uint64_t expected_callbacks_ = 0;
  std::uint64_t callbacks_ = 0;
  std::uint64_t collected_ = 0;

  dump::runtime::Runtime runtime_;
  std::mt19937 random_;
  dump::runtime::Ref class_;
  dump::runtime::Ref name_;
  dump::runtime::Ref on_death_;
  std::vector<Node> nodes_;
  std::vector<std::pair<Row, dump::runtime::Ref>> handles_;
  std::vector<Weak> weak_;
  std::set<const dump::runtime::Object*> baseline_;
};

}  // namespace heapscan::tests
