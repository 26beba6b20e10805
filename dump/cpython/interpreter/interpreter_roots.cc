#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "dump/cpython/interpreter/interpreter_reader.h"
#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/builtin/frames.h"
#include "dump/cpython/objects/builtin/modules.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/builtin/types.h"
#include "dump/cpython/objects/model/reference_visitor.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kLongestName = 300;

/// A pointer in a structure of the interpreter that holds an object.
struct RootField {
  std::uint64_t offset;
  const char* name;
};

/// A frame's contents as roots of its thread: the thread counts them, or a frame object does.
class FrameRoots : public ReferenceVisitor {
 public:
  FrameRoots(const ObjectReader& reader,
             RootKind kind,
             std::string prefix,
             std::vector<FoundRoot>& roots)
      : reader_(reader),
        kind_(kind),
        prefix_(std::move(prefix)),
        counted_(reader.layout().frame.form == FrameForm::kInternal),
        roots_(roots) {}

  void named(Address target, const Label& label) override { add(target, std::string(label.name)); }

  void named_by(Address target, ReferenceKind /*kind*/, Address name) override {
    add(target, read_text(reader_, name, kLongestName));
  }

  // Only the evaluation stack of a running frame has places without names.
  void placed(Address target, ReferenceKind /*kind*/, std::uint64_t /*position*/) override {
    roots_.push_back({target, kind_, prefix_ + " evaluation stack", false, true});
  }

  void value(Address /*target*/, Address /*key*/) override {}

  void type(Address /*target*/) override {}

  void weak(Address /*target*/) override {}

  void borrowed(Address target, Address name) override {
    const std::string label = !name ? "evaluation stack" : read_text(reader_, name, kLongestName);
    roots_.push_back({target, kind_, prefix_ + " " + label, false, false});
  }

 private:
  void add(Address target, const std::string& name) {
    roots_.push_back({target, kind_, prefix_ + " " + name, counted_, false});
  }

  const ObjectReader& reader_;
  RootKind kind_;
  std::string prefix_;
  bool counted_;
  std::vector<FoundRoot>& roots_;
};

}  // namespace

void InterpreterReader::add_root(Address place,
                                 RootKind kind,
                                 std::string label,
                                 std::vector<FoundRoot>& roots) const {
  const Address object = reader_.pointer(place);
  // Immortal objects are roots anyway.
  if (object && !reader_.is_immortal(reader_.refcount(object))) {
    roots.push_back({object, kind, std::move(label), true});
  }
}

void InterpreterReader::add_interpreter_roots(Address interpreter,
                                              std::vector<FoundRoot>& roots) const {
  const Layout::Interpreter& fields = reader_.layout().interpreter;
  const std::string whose = reader_.of_interpreter(interpreter);
  for (const RootField& field :
       {RootField{fields.modules, "sys.modules"},
        RootField{fields.modules_by_index, "modules_by_index"}, RootField{fields.sysdict, "sys"},
        RootField{fields.builtins, "builtins"}, RootField{fields.importlib, "importlib"},
        RootField{fields.codec_search_path, "codec search path"},
        RootField{fields.codec_search_cache, "codec search cache"},
        RootField{fields.codec_error_registry, "codec error registry"},
        RootField{fields.dict, "interpreter dict"},
        RootField{fields.builtins_copy, "copy of builtins"},
        RootField{fields.import_func, "__import__"},
        RootField{fields.before_forkers, "before fork"},
        RootField{fields.after_forkers_parent, "after fork in parent"},
        RootField{fields.after_forkers_child, "after fork in child"},
        RootField{fields.audit_hooks, "audit hooks"}}) {
    if (field.offset != 0) {
      add_root(interpreter + field.offset, RootKind::kInterpreter, field.name + whose, roots);
    }
  }
}

/// What an interpreter holds in its own tables.
void InterpreterReader::add_table_roots(Address interpreter, std::vector<FoundRoot>& roots) const {
  constexpr std::uint64_t kMostIdentifiers = 1U << 20U;  // A larger number is damage.
  const Layout::Interpreter& fields = reader_.layout().interpreter;
  const std::string whose = reader_.of_interpreter(interpreter);
  for (const RootPointers& pointers : fields.others) {
    for (std::uint64_t place = 0; place < pointers.count; ++place) {
      add_root(interpreter + pointers.offset + place * pointers.stride, RootKind::kInterpreter,
               pointers.name + whose, roots);
    }
  }
  if (fields.identifiers != 0) {
    const std::uint64_t count = reader_.word(interpreter + fields.identifiers);
    const Address array = reader_.pointer(interpreter + fields.identifiers + 8);
    for (std::uint64_t row = 0; array && row < std::min(count, kMostIdentifiers); ++row) {
      add_root(array + row * 8, RootKind::kInterpreter, "identifiers" + whose, roots);
    }
  }
  // If a module stores the callbacks, these are its references.
  if (const std::uint32_t callbacks = fields.exit_callbacks; callbacks != 0) {
    for (const Address object : exit_callbacks(reader_, interpreter + callbacks)) {
      roots.push_back({object, RootKind::kInterpreter, "atexit" + whose, true});
    }
  }
}

/// What interpreters other than the one covered by a type's references hold of static types: their
/// own dicts and tables of subclasses.
void InterpreterReader::add_static_type_roots(Address interpreter,
                                              std::vector<FoundRoot>& roots) const {
  const std::string whose = reader_.of_interpreter(interpreter);
  for (const StaticType& found : static_types(reader_, interpreter)) {
    const std::string name =
        reader_.text(reader_.pointer(found.type + offset::kTypeName), kLongestName);
    if (found.dict && found.dict != type_dict(reader_, found.type)) {
      roots.push_back(
          {found.dict, RootKind::kInterpreter, fmt::format("{}.__dict__{}", name, whose), true});
    }
    if (found.subclasses && found.subclasses != type_subclasses(reader_, found.type)) {
      roots.push_back({found.subclasses, RootKind::kInterpreter,
                       fmt::format("subclasses of {}{}", name, whose), true});
    }
  }
}

void InterpreterReader::add_static_roots(std::vector<FoundRoot>& roots) const {
  constexpr std::uint64_t kObjectOfListed = 16;  // _Py_Identifier: {next, string, object}
  constexpr int kLongestList = 1 << 20;          // A longer one is damage.
  const std::span<const StaticRoots> variables = reader_.layout().statics;
  for (std::size_t row = 0; row < std::min(variables.size(), statics_.size()); ++row) {
    const StaticRoots& variable = variables[row];
    const Address first = statics_[row];
    if (!first) {
      continue;
    }
    if (variable.form == StaticRoots::Form::kList) {
      Address listed = reader_.pointer(first);
      for (int step = 0; listed && step < kLongestList; ++step) {
        add_root(listed + kObjectOfListed, RootKind::kInterpreter, variable.name, roots);
        listed = reader_.pointer(listed);
      }
      continue;
    }
    for (std::uint64_t element = 0; element < variable.count; ++element) {
      const Address place = first + variable.offset + element * variable.stride;
      if (variable.form == StaticRoots::Form::kObjects) {
        roots.push_back({place, RootKind::kInterpreter, variable.name, true});
      } else {
        add_root(place, RootKind::kInterpreter, variable.name, roots);
      }
    }
  }
}

void InterpreterReader::add_collector_roots(std::vector<FoundRoot>& roots) const {
  for (const Address collector : reader_.collectors()) {
    add_root(collector + reader_.layout().collector.garbage, RootKind::kInterpreter, "gc.garbage",
             roots);
    add_root(collector + reader_.layout().collector.callbacks, RootKind::kInterpreter,
             "gc.callbacks", roots);
  }
}

/// Modules have names, which make the best starts of paths. sys.modules holds them, so these roots
/// are not counted.
void InterpreterReader::add_module_roots(Address interpreter, std::vector<FoundRoot>& roots) const {
  const Address modules = reader_.pointer(interpreter + reader_.layout().interpreter.modules);
  const DictKeys keys(reader_, modules ? reader_.pointer(modules + offset::kDictKeys) : Address());
  const std::string whose = reader_.of_interpreter(interpreter);
  for (std::uint64_t entry = 0; keys.valid() && entry < keys.entry_count(); ++entry) {
    const Address module = keys.value(entry);
    if (keys.key(entry) && module) {
      roots.push_back({module, RootKind::kModule,
                       read_text(reader_, keys.key(entry), kLongestName) + whose, false});
    }
  }
}

void InterpreterReader::add_frame_roots(const FoundThread& thread,
                                        const FoundFrame& frame,
                                        std::vector<FoundRoot>& roots) const {
  const std::string name = thread.name + " " + frame.function + "()";
  FrameRoots locals(reader_, RootKind::kFrame, name, roots);
  visit_running_stack(reader_, frame.address, locals);
  if (!belongs_to_thread(frame)) {
    return;  // A generator or frame object holds what else is in it.
  }
  visit_frame_locals(reader_, frame.address, locals);
  if (reader_.layout().frame.form == FrameForm::kObject) {
    roots.push_back({frame.address, RootKind::kThread, name, true});
    return;
  }
  // The function and its code say less than their modules do, and so does a module's dict while the
  // module's own code runs.
  FrameRoots head(reader_, RootKind::kThread, name, roots);
  visit_frame_head(reader_, frame.address, head);
}

void InterpreterReader::add_thread_roots(const FoundThread& thread,
                                         std::vector<FoundRoot>& roots) const {
  const Layout::ThreadState& fields = reader_.layout().thread;
  for (const RootField& field :
       {RootField{fields.dict, "thread dict"}, RootField{fields.context, "context"},
        RootField{fields.exception_type, "exception type"},
        RootField{fields.exception_value, "exception"},
        RootField{fields.exception_traceback, "traceback"},
        RootField{fields.profile_object, "profile function"},
        RootField{fields.trace_object, "trace function"},
        RootField{fields.async_exception, "asynchronous exception"},
        RootField{fields.async_gen_firstiter, "async generator hook"},
        RootField{fields.async_gen_finalizer, "async generator finalizer"},
        // Exceptions being handled: a chain whose last link is in the thread's state and whose
        // others are in the generators that handle them, which count those.
        RootField{fields.exc_state, "handled exception"},
        RootField{fields.exc_state_type, "type of handled exception"},
        RootField{fields.exc_state_traceback, "traceback of handled exception"}}) {
    if (field.offset != 0) {
      add_root(thread.state + field.offset, RootKind::kThread, thread.name + " " + field.name,
               roots);
    }
  }
  for (const RootPointers& pointers : fields.others) {
    add_root(thread.state + pointers.offset, RootKind::kThread, thread.name + " " + pointers.name,
             roots);
  }
}

std::vector<FoundRoot> InterpreterReader::roots(const std::vector<FoundThread>& threads) const {
  std::vector<FoundRoot> roots;
  // The main interpreter first: it was created before the others, which may share objects with it.
  const std::vector<Address> interpreters(reader_.interpreters().rbegin(),
                                          reader_.interpreters().rend());
  for (const Address interpreter : interpreters) {
    add_module_roots(interpreter, roots);
    add_interpreter_roots(interpreter, roots);
  }
  add_collector_roots(roots);
  add_static_roots(roots);
  for (const FoundThread& thread : threads) {
    for (const FoundFrame& frame : thread.frames) {
      add_frame_roots(thread, frame, roots);
    }
    add_thread_roots(thread, roots);
  }
  // Last, as they say the least of why an object is alive.
  for (const Address interpreter : interpreters) {
    add_table_roots(interpreter, roots);
    add_static_type_roots(interpreter, roots);
  }
  return roots;
}

}  // namespace heapscan::dump::cpython
