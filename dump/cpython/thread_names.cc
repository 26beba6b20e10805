#include "dump/cpython/thread_names.h"

#include <string>
#include <string_view>

#include "dump/cpython/dict_reader.h"
#include "dump/cpython/int_reader.h"
#include "dump/cpython/object_layout.h"
#include "dump/cpython/reference_walker.h"
#include "dump/cpython/text_reader.h"

namespace heapscan::dump::cpython {
namespace {

constexpr std::size_t kLongestName = 100;

/// Finds one attribute of an instance, wherever the instance keeps it.
class AttributeFinder : public ReferenceVisitor {
 public:
  AttributeFinder(const ObjectReader& reader, std::string_view name)
      : reader_(reader), name_(name) {}

  [[nodiscard]] std::uint64_t found() const { return found_; }

  void named(std::uint64_t target, ReferenceKind /*kind*/, std::string_view name) override {
    if (name == name_) {
      found_ = target;
    } else if (name == "__dict__" && found_ == 0) {
      found_ = find_in_dict(reader_, target, name_);
    }
  }

  void named_by(std::uint64_t target, ReferenceKind /*kind*/, std::uint64_t name) override {
    if (read_text(reader_, name, name_.size() + 1) == name_) {
      found_ = target;
    }
  }

  void placed(std::uint64_t /*target*/,
              ReferenceKind /*kind*/,
              std::uint64_t /*position*/) override {}

  void value(std::uint64_t /*target*/, std::uint64_t /*key*/) override {}

  void type(std::uint64_t /*target*/) override {}

  void weak(std::uint64_t /*target*/) override {}

 private:
  const ObjectReader& reader_;
  std::string_view name_;
  std::uint64_t found_ = 0;
};

}  // namespace

void name_threads(const ObjectReader& reader,
                  TypeTable& types,
                  std::uint64_t runtime_modules,
                  std::vector<FoundThread>& threads) {
  const ReferenceWalker walker(reader);
  const auto attribute = [&](std::uint64_t object, std::string_view name) -> std::uint64_t {
    const TypeInfo* const type = types.find(reader.pointer(object + offset::kType));
    if (object == 0 || type == nullptr) {
      return 0;
    }
    AttributeFinder finder(reader, name);
    walker.walk(object, *type, finder);
    return finder.found();
  };
  // threading._active: {thread identifier: Thread}.
  const std::uint64_t module = find_in_dict(reader, runtime_modules, "threading");
  const std::uint64_t active = attribute(module, "_active");
  const DictKeys entries(reader, active == 0 ? 0 : reader.pointer(active + offset::kDictKeys));
  for (std::uint64_t entry = 0; entries.valid() && entry < entries.entry_count(); ++entry) {
    const std::uint64_t object = entries.value(entry);
    const std::uint64_t identifier = int_value(reader, entries.key(entry));
    for (FoundThread& thread : threads) {
      if (object != 0 && thread.identifier == identifier) {
        thread.name = read_text(reader, attribute(object, "_name"), kLongestName);
        if (thread.native_id == 0) {
          thread.native_id = int_value(reader, attribute(object, "_native_id"));
        }
      }
    }
  }
  for (FoundThread& thread : threads) {
    if (thread.name.empty()) {
      thread.name = std::to_string(thread.native_id != 0 ? thread.native_id : thread.identifier);
    }
  }
}

}  // namespace heapscan::dump::cpython
