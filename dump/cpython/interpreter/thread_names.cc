#include "dump/cpython/interpreter/thread_names.h"

#include <string>
#include <string_view>

#include "dump/cpython/objects/builtin/dict_keys.h"
#include "dump/cpython/objects/builtin/numbers.h"
#include "dump/cpython/objects/builtin/text.h"
#include "dump/cpython/objects/model/object_header.h"
#include "dump/cpython/objects/reference_walk.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kLongestName = 100;

/// Finds one attribute of an instance, wherever the instance stores it.
class AttributeFinder : public ReferenceVisitor {
 public:
  AttributeFinder(const ObjectReader& reader, std::string_view name)
      : reader_(reader), name_(name) {}

  [[nodiscard]] Address found() const { return found_; }

  void named(Address target, const Label& label) override {
    if (label.name == name_) {
      found_ = target;
    } else if (label.role == Role::kNamespace && !found_) {
      found_ = find_in_dict(reader_, target, name_);
    }
  }

  void named_by(Address target, ReferenceKind /*kind*/, Address name) override {
    if (read_text(reader_, name, name_.size() + 1) == name_) {
      found_ = target;
    }
  }

  void placed(Address /*target*/, ReferenceKind /*kind*/, std::uint64_t /*position*/) override {}

  void value(Address /*target*/, Address /*key*/) override {}

  void type(Address /*target*/) override {}

  void weak(Address /*target*/) override {}

 private:
  const ObjectReader& reader_;
  std::string_view name_;
  Address found_;
};

/// What the threading module of one interpreter knows about a thread.
struct KnownThread {
  Address interpreter;
  Address identifier;
  std::string name;
  std::uint64_t native_id = 0;
};

class KnownThreads {
 public:
  KnownThreads(const ObjectReader& reader, TypeTable& types) : reader_(reader), types_(types) {
    for (const Address interpreter : reader.interpreters()) {
      add(interpreter);
    }
  }

  /// What its own interpreter knows about it, or else another one; null if none does.
  [[nodiscard]] const KnownThread* find(const FoundThread& thread) const {
    const KnownThread* found = nullptr;
    for (const KnownThread& known : threads_) {
      if (known.identifier == thread.identifier &&
          (found == nullptr || known.interpreter == thread.interpreter)) {
        found = &known;
      }
    }
    return found;
  }

 private:
  [[nodiscard]] Address attribute(Address object, std::string_view name) const {
    const TypeInfo* const type = types_.find(reader_.pointer(object + offset::kType));
    if (!object || type == nullptr) {
      return {};
    }
    AttributeFinder finder(reader_, name);
    walk_references({reader_}, object, *type, finder);
    return finder.found();
  }

  void add(Address interpreter) {
    // threading._active: {thread identifier: Thread}.
    const Address modules = reader_.pointer(interpreter + reader_.layout().interpreter.modules);
    const Address module = !modules ? Address() : find_in_dict(reader_, modules, "threading");
    const Address active = attribute(module, "_active");
    const DictKeys entries(reader_,
                           active ? reader_.pointer(active + offset::kDictKeys) : Address());
    for (std::uint64_t entry = 0; entries.valid() && entry < entries.entry_count(); ++entry) {
      if (const Address object = entries.value(entry); object) {
        threads_.push_back({interpreter, Address(int_value(reader_, entries.key(entry))),
                            read_text(reader_, attribute(object, "_name"), kLongestName),
                            int_value(reader_, attribute(object, "_native_id"))});
      }
    }
  }

  const ObjectReader& reader_;
  TypeTable& types_;
  std::vector<KnownThread> threads_;
};

}  // namespace

void name_threads(const ObjectReader& reader, TypeTable& types, std::vector<FoundThread>& threads) {
  const KnownThreads known(reader, types);
  for (FoundThread& thread : threads) {
    if (const KnownThread* const found = known.find(thread)) {
      thread.name = found->name;
      thread.native_id = thread.native_id != 0 ? thread.native_id : found->native_id;
    }
    if (thread.name.empty()) {
      thread.name =
          std::to_string(thread.native_id != 0 ? thread.native_id : thread.identifier.value());
    }
    thread.name += reader.of_interpreter(thread.interpreter);
  }
}

}  // namespace heapscan::dump::cpython
