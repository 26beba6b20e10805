#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dump/cpython/objects/builtin/code.h"
#include "dump/cpython/objects/model/object_reader.h"
#include "dump/cpython/objects/type_table.h"
#include "dump/object.h"
#include "dump/process_facts.h"

namespace heapscan::dump::cpython {

/// An object that the interpreter itself holds.
struct FoundRoot {
  Address object;
  RootKind kind = RootKind::kInterpreter;
  std::string label;
  bool counted = true;
  bool possible = false;  ///< From a place that may be out of date: see with_native_roots().
};

/// A call on the stack of a thread.
struct FoundFrame {
  std::string function;
  std::string file;
  std::uint32_t line = 0;
  Address address;  ///< Of the _PyInterpreterFrame or the frame object.
};

struct FoundThread {
  Address state;                ///< Address of the PyThreadState.
  Address interpreter;          ///< Whose code it runs. A thread has a state in each that it uses.
  Address identifier;           ///< As returned by threading.get_ident(): the pthread_t.
  std::uint64_t native_id = 0;  ///< The kernel's thread id; 0 if the interpreter does not know it.
  std::string name;
  std::vector<FoundFrame> frames;  ///< Innermost first.
};

/// An object in a list of the cycle collector.
struct TrackedObject {
  Address object;
  unsigned generation = 0;
};

/// Reads the state of the interpreters of a process: threads and frames, collector, roots.
///
/// check() comes first: it verifies, by invariants, that the structures are where the layout says.
/// Everything else that is read is bounded, so that memory copied in the middle of a change loses
/// only what was being changed.
class InterpreterReader {
 public:
  /// `statics` are the addresses of the layout's static roots. The arguments must outlive this.
  InterpreterReader(const ObjectReader& reader, std::span<const Address> statics)
      : reader_(reader), statics_(statics) {}

  /// Empty if everything is where it should be; else what is not.
  [[nodiscard]] std::string check(TypeTable& types) const;

  /// True while a collection is in progress: the collector's lists are then split.
  [[nodiscard]] bool collecting() const;

  /// All objects in the collector's lists, of all generations and interpreters.
  /// `damaged` is set when a list is inconsistent.
  [[nodiscard]] std::vector<TrackedObject> tracked_objects(bool& damaged) const;

  [[nodiscard]] std::vector<FoundThread> threads() const;

  /// Roots of the interpreters, threads and frames, in a fixed order.
  [[nodiscard]] std::vector<FoundRoot> roots(const std::vector<FoundThread>& threads) const;

  /// The identifier of the main thread.
  [[nodiscard]] Address main_thread() const;

  void read_collector_facts(ProcessFacts& facts) const;

 private:
  /// The object that the pointer at `place` holds.
  void add_root(Address place,
                RootKind kind,
                std::string label,
                std::vector<FoundRoot>& roots) const;
  void add_interpreter_roots(Address interpreter, std::vector<FoundRoot>& roots) const;
  void add_table_roots(Address interpreter, std::vector<FoundRoot>& roots) const;
  void add_static_type_roots(Address interpreter, std::vector<FoundRoot>& roots) const;
  [[nodiscard]] std::string check_interpreter(Address interpreter, TypeTable& types) const;
  void add_static_roots(std::vector<FoundRoot>& roots) const;
  void add_collector_roots(std::vector<FoundRoot>& roots) const;
  void add_module_roots(Address interpreter, std::vector<FoundRoot>& roots) const;
  void add_thread_roots(const FoundThread& thread, std::vector<FoundRoot>& roots) const;
  void add_frame_roots(const FoundThread& thread,
                       const FoundFrame& frame,
                       std::vector<FoundRoot>& roots) const;
  [[nodiscard]] std::vector<FoundFrame> frames(Address thread) const;
  [[nodiscard]] std::uint32_t line(Address frame, const CodeReader& code) const;
  [[nodiscard]] bool belongs_to_thread(const FoundFrame& frame) const;

  const ObjectReader& reader_;
  std::span<const Address> statics_;
};

}  // namespace heapscan::dump::cpython
