#include <string_view>

#include "dump/cpython/dict_reader.h"
#include "dump/cpython/interpreter_reader.h"
#include "dump/cpython/object_layout.h"
#include "dump/cpython/reference_walker.h"
#include "dump/cpython/text_reader.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kLongestName = 300;

/// A pointer in a structure of the interpreter that holds an object.
struct RootField {
  std::uint64_t offset;
  const char* name;
};

/// A frame's contents as roots of its thread.
class FrameRoots : public ReferenceVisitor {
 public:
  FrameRoots(const ObjectReader& reader,
             RootKind kind,
             std::string prefix,
             std::vector<FoundRoot>& roots)
      : reader_(reader), kind_(kind), prefix_(std::move(prefix)), roots_(roots) {}

  void named(std::uint64_t target, ReferenceKind /*kind*/, std::string_view name) override {
    add(target, std::string(name));
  }

  void named_by(std::uint64_t target, ReferenceKind /*kind*/, std::uint64_t name) override {
    add(target, read_text(reader_, name, kLongestName));
  }

  // Only the evaluation stack of a running frame has places without names.
  void placed(std::uint64_t target, ReferenceKind /*kind*/, std::uint64_t /*position*/) override {
    roots_.push_back({target, kind_, prefix_ + " evaluation stack", false, true});
  }

  void value(std::uint64_t /*target*/, std::uint64_t /*key*/) override {}

  void type(std::uint64_t /*target*/) override {}

  void weak(std::uint64_t /*target*/) override {}

 private:
  void add(std::uint64_t target, const std::string& name) {
    roots_.push_back({target, kind_, prefix_ + " " + name, true, false});
  }

  const ObjectReader& reader_;
  RootKind kind_;
  std::string prefix_;
  std::vector<FoundRoot>& roots_;
};

}  // namespace

void InterpreterReader::add_interpreter_roots(std::uint64_t interpreter,
                                              std::vector<FoundRoot>& roots) const {
  const Layout::Interpreter& fields = reader_.layout().interpreter;
  const std::uint64_t collector = fields.gc;
  for (const RootField& field :
       {RootField{fields.modules, "sys.modules"},
        RootField{fields.modules_by_index, "modules_by_index"},
        RootField{fields.sysdict, "sys"},
        RootField{fields.builtins, "builtins"},
        RootField{fields.importlib, "importlib"},
        RootField{fields.codec_search_path, "codec search path"},
        RootField{fields.codec_search_cache, "codec search cache"},
        RootField{fields.codec_error_registry, "codec error registry"},
        RootField{fields.dict, "interpreter dict"},
        RootField{fields.builtins_copy, "copy of builtins"},
        RootField{fields.import_func, "__import__"},
        RootField{fields.before_forkers, "before fork"},
        RootField{fields.after_forkers_parent, "after fork in parent"},
        RootField{fields.after_forkers_child, "after fork in child"},
        RootField{fields.audit_hooks, "audit hooks"},
        RootField{fields.warnings_filters, "warning filters"},
        RootField{fields.warnings_once_registry, "warnings shown once"},
        RootField{fields.warnings_default_action, "default action of warnings"},
        RootField{fields.errno_map, "exceptions by errno"},
        RootField{fields.exception_group, "ExceptionGroup"},
        RootField{collector + reader_.layout().collector.garbage, "gc.garbage"},
        RootField{collector + reader_.layout().collector.callbacks, "gc.callbacks"}}) {
    const std::uint64_t object =
        field.offset == 0 ? 0 : reader_.pointer(interpreter + field.offset);
    if (object != 0) {
      roots.push_back({object, RootKind::kInterpreter, field.name, true, false});
    }
  }
}

/// Modules have names, which make the best beginnings of paths. sys.modules holds them; the roots
/// do not count.
void InterpreterReader::add_module_roots(std::uint64_t interpreter,
                                         std::vector<FoundRoot>& roots) const {
  const std::uint64_t modules = reader_.pointer(interpreter + reader_.layout().interpreter.modules);
  const DictKeys keys(reader_, reader_.pointer(modules + offset::kDictKeys));
  for (std::uint64_t entry = 0; keys.valid() && entry < keys.entry_count(); ++entry) {
    const std::uint64_t module = keys.value(entry);
    if (keys.key(entry) != 0 && module != 0) {
      roots.push_back(
          {module, RootKind::kModule, read_text(reader_, keys.key(entry), kLongestName), false});
    }
  }
}

void InterpreterReader::add_frame_roots(const FoundThread& thread,
                                        const FoundFrame& frame,
                                        std::vector<FoundRoot>& roots) const {
  constexpr std::uint8_t kOwnedByThread = 0;
  const std::string name = thread.name + " " + frame.function + "()";
  const ReferenceWalker walker(reader_);
  FrameRoots locals(reader_, RootKind::kFrame, name, roots);
  walker.walk_running_stack(frame.address, locals);
  if (reader_.read_or<std::uint8_t>(frame.address + reader_.layout().frame.owner, 0) !=
      kOwnedByThread) {
    return;  // A generator or frame object holds what else is in it.
  }
  walker.walk_frame_locals(frame.address, locals);
  // The function and its code say less than the modules that they are in, and so does a module's
  // dict while the module's own code runs.
  FrameRoots head(reader_, RootKind::kThread, name, roots);
  walker.walk_frame_head(frame.address, head);
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
        RootField{fields.async_gen_finalizer, "async generator finalizer"}}) {
    if (const std::uint64_t object = reader_.pointer(thread.state + field.offset); object != 0) {
      roots.push_back({object, RootKind::kThread, thread.name + " " + field.name, true, false});
    }
  }
  // Exceptions being handled: a chain whose last link is in the thread's state and whose others are
  // in the generators that handle them, which count those.
  if (const std::uint64_t handled = reader_.pointer(thread.state + fields.exc_state);
      handled != 0) {
    roots.push_back({handled, RootKind::kThread, thread.name + " handled exception", true, false});
  }
}

std::vector<FoundRoot> InterpreterReader::roots(const std::vector<FoundThread>& threads) const {
  std::vector<FoundRoot> roots;
  for (const std::uint64_t interpreter : interpreters_) {
    add_module_roots(interpreter, roots);
    add_interpreter_roots(interpreter, roots);
  }
  for (const FoundThread& thread : threads) {
    for (const FoundFrame& frame : thread.frames) {
      add_frame_roots(thread, frame, roots);
    }
    add_thread_roots(thread, roots);
  }
  // Last, as they say the least of why an object is alive.
  for (const std::uint64_t interpreter : interpreters_) {
    add_exit_callbacks(interpreter, roots);
    add_cache_roots(interpreter, roots);
  }
  return roots;
}

}  // namespace heapscan::dump::cpython
