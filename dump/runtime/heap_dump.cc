#include "dump/runtime/heap_dump.h"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <xxhash.h>

#include "dump/native_roots.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/lifetime/object_heap.h"
#include "dump/runtime/objects/layouts.h"
#include "dump/runtime/objects/references.h"
#include "dump/system/procfs.h"

namespace heapscan::dump::runtime {
namespace {

constexpr std::size_t kPreviewLength = 64;
constexpr const char* kMainThread = "MainThread";
constexpr const char* kRuntimeName = "heapscan runtime";
constexpr const char* kCollectorName = "runtime";

std::string preview_of_text(std::string_view text) {
  if (text.size() <= kPreviewLength) {
    return std::string(text);
  }
  std::size_t end = kPreviewLength;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;  // Not in the middle of a character.
  }
  return std::string(text.substr(0, end)) + "...";
}

std::string preview_of_bytes(std::string_view bytes) {
  std::string text = "b'";
  for (const char c : bytes.substr(0, kPreviewLength)) {
    if (c >= 0x20 && c < 0x7F && c != '\'' && c != '\\') {
      text.push_back(c);
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text + (bytes.size() > kPreviewLength ? "'..." : "'");
}

/// Empty if the object has none.
std::string preview_of(const Object* object) {
  switch (object->kind()) {
    case Kind::kNone:
      return "None";
    case Kind::kBool:
      return as<NumberObject>(object)->integer != 0 ? "True" : "False";
    case Kind::kInt:
      return std::to_string(as<NumberObject>(object)->integer);
    case Kind::kFloat:
      return fmt::format("{}", as<NumberObject>(object)->real);
    case Kind::kStr:
      return preview_of_text(as<StrObject>(object)->view());
    case Kind::kBytes:
      return preview_of_bytes(as<BytesObject>(object)->view());
    default:
      return {};
  }
}

/// Empty for nullptr: a dying object may already have dropped its name.
std::string text_of(const Object* name) {
  return name == nullptr ? std::string() : std::string(as<StrObject>(name)->view());
}

/// Names of types, functions and modules; these are not values of the program.
std::string name_of(const Object* object) {
  switch (object->kind()) {
    case Kind::kFunction:
      return text_of(as<FunctionObject>(object)->name);
    case Kind::kModule:
      return text_of(as<ModuleObject>(object)->name);
    case Kind::kClass:
      return as<ClassObject>(object)->info->name;
    case Kind::kFrame:
      return as<FrameObject>(object)->facts->function;
    default:
      return {};
  }
}

std::string_view content_of(const Object* object) {
  switch (object->kind()) {
    case Kind::kStr:
      return as<StrObject>(object)->view();
    case Kind::kBytes:
      return as<BytesObject>(object)->view();
    default:
      return {};
  }
}

/// Fills one builder.
class HeapWriter {
 public:
  HeapWriter(const Runtime& runtime, const DumpOptions& options, HeapBuilder& builder)
      : runtime_(runtime), heap_(runtime.heap()), options_(options), builder_(builder) {}

  void write() {
    heap_.generations.stamp();
    add_sites();
    add_objects();
    for (Object* const object : objects_) {
      add_references(object);
    }
    add_roots();
    add_frames();
    add_regions();
    add_facts();
  }

 private:
  [[nodiscard]] std::uint64_t address_of(const Object* object) const {
    return options_.numbered_addresses ? heap_.allocator.numbered_address(object)
                                       : reinterpret_cast<std::uintptr_t>(object);
  }

  void add_sites() {
    for (const TraceSite& site : heap_.instruments.tracer.sites()) {
      sites_.push_back(builder_.add_site(
          {builder_.intern(site.function), builder_.intern(site.file), site.line}));
    }
  }

  void add_objects() {
    heap_.allocator.for_each_object(
        [this](void* object) { objects_.push_back(static_cast<Object*>(object)); });
    std::sort(objects_.begin(), objects_.end(),
              [this](const Object* a, const Object* b) { return address_of(a) < address_of(b); });
    builder_.reserve(objects_.size(), objects_.size() * 2);
    rows_.reserve(objects_.size());
    for (const Object* const object : objects_) {
      add_object(object);
    }
    for (Object* const object : objects_) {
      if (object->kind() == Kind::kClass) {
        builder_.set_type_object(type_row(as<ClassObject>(object)->info), row(object));
      }
    }
  }

  void add_object(const Object* object) {
    const PendingObject added =
        builder_.add_object({address_of(object), type_row(object->type), shallow_size(object),
                             object->count(), flags_of(object)});
    rows_.emplace(object, added);
    std::string text = name_of(object);
    if (options_.values && text.empty()) {
      text = preview_of(object);
      if (const std::string_view content = content_of(object); !content.empty()) {
        builder_.set_content_hash(added, XXH3_64bits(content.data(), content.size()));
      }
    }
    if (!text.empty()) {
      builder_.set_value(added, text);
    }
    if (const auto site = heap_.instruments.tracer.site_of(object)) {
      builder_.set_site(added, sites_[*site]);
    }
  }

  TypeId type_row(const TypeInfo* type) {
    const auto [found, is_new] = types_.try_emplace(type);
    if (is_new) {
      found->second = builder_.add_type(type->name);
    }
    return found->second;
  }

  static ObjectFlags flags_of(const Object* object) {
    ObjectFlags flags;
    if (object->has(Object::kTracked)) {
      flags.set(ObjectFlags::kGcTracked).set_generation(object->generation());
    }
    WeakRefObject** const weak_list = weak_list_of(const_cast<Object*>(object));
    if (weak_list != nullptr && *weak_list != nullptr) {
      flags.set(ObjectFlags::kHasWeakrefs);
    }
    if (object->kind() == Kind::kInstance &&
        (object->type->finalizer != nullptr || object->type->legacy_finalizer != nullptr)) {
      flags.set(ObjectFlags::kHasFinalizer);
    }
    return flags;
  }

  [[nodiscard]] PendingObject row(const Object* object) const { return rows_.at(object); }

  void add_references(const Object* object) {
    const PendingObject source = row(object);
    edges_.clear();
    for_each_reference(object, [this](const Edge& edge) { edges_.push_back(edge); });
    if (object->kind() == Kind::kList || object->kind() == Kind::kTuple) {
      std::reverse(edges_.begin(), edges_.end());  // First to last.
    }
    for (const Edge& edge : edges_) {
      add_edge(source, edge);
    }
    if (object->kind() == Kind::kWeakRef && as<WeakRefObject>(object)->referent != nullptr) {
      builder_.add_weak(source, row(as<WeakRefObject>(object)->referent), StringId::none());
    }
  }

  void add_edge(PendingObject source, const Edge& edge) {
    const PendingObject target = row(edge.target);
    switch (edge.kind) {
      case ReferenceKind::kAttribute:
        builder_.add_attribute(source, target, builder_.intern(edge.name));
        return;
      case ReferenceKind::kItem:
        builder_.add_item(source, target, static_cast<std::uint32_t>(edge.position));
        return;
      case ReferenceKind::kKey:
        builder_.add_key(source, target, static_cast<std::uint32_t>(edge.position));
        return;
      case ReferenceKind::kValue:
        if (edge.key != nullptr) {
          builder_.add_value(source, target, row(edge.key));
        } else {
          builder_.add_internal(source, target, builder_.intern("value"));
        }
        return;
      case ReferenceKind::kCell:
        builder_.add_cell(source, target, builder_.intern(edge.name));
        return;
      case ReferenceKind::kLocal:
        builder_.add_local(source, target, builder_.intern(edge.name));
        return;
      case ReferenceKind::kType:
        builder_.add_type_reference(source, target);
        return;
      case ReferenceKind::kInternal:
      case ReferenceKind::kConservative:
        builder_.add_internal(source, target, builder_.intern(edge.name));
        return;
    }
  }

  void add_root(RootKind kind, const Object* object, std::string_view label) {
    builder_.add_root(kind, row(object), builder_.intern(label), true);
  }

  void add_roots() {
    for (const auto& [name, module] : runtime_.modules().all()) {
      add_root(RootKind::kModule, module, name);
    }
    for (const auto& [name, object] : runtime_.globals().all()) {
      add_root(RootKind::kGlobal, object, name);
    }
    for (const Ref& garbage : runtime_.gc().garbage()) {
      add_root(RootKind::kInterpreter, garbage.get(), "gc.garbage");
    }
    add_root(RootKind::kBuiltin, heap_.shared.none, "None");
    add_root(RootKind::kBuiltin, heap_.shared.booleans[0], "False");
    add_root(RootKind::kBuiltin, heap_.shared.booleans[1], "True");
    add_root(RootKind::kBuiltin, heap_.shared.empty_tuple, "empty tuple");
    for (const Object* const number : heap_.shared.small_ints) {
      add_root(RootKind::kBuiltin, number, "small ints");
    }
  }

  void add_frames() {
    std::vector<Frame> frames;
    for (std::size_t depth = heap_.instruments.frames.size(); depth-- > 0;) {
      const RunningFrame& frame = heap_.instruments.frames[depth];
      frames.push_back(
          {builder_.intern(frame.function), builder_.intern(frame.place.file), frame.place.line});
      for (const auto& [name, object] : frame.locals) {
        add_root(RootKind::kFrame, object,
                 fmt::format("{} {}() {}", kMainThread, frame.function, name));
      }
    }
    const std::uint64_t id =
        options_.process_facts ? static_cast<std::uint64_t>(gettid()) : std::uint64_t{1};
    builder_.add_thread(id, builder_.intern(kMainThread), frames);
  }

  void add_regions() {
    std::vector<ArenaStatistics> arenas = heap_.allocator.statistics().arenas;
    if (options_.numbered_addresses) {
      std::sort(arenas.begin(), arenas.end(),
                [](const auto& a, const auto& b) { return a.number < b.number; });
    }
    for (const ArenaStatistics& arena : arenas) {
      const std::uint64_t start = options_.numbered_addresses
                                      ? kFirstNumberedArena + arena.number * kArenaSize
                                      : arena.address;
      builder_.add_region(
          {start, kArenaSize, arena.used_bytes, RegionKind::kArena, StringId::none(), 0, 0});
      for (const PoolStatistics& pool : arena.pools) {
        builder_.add_region({start + (pool.address - arena.address), kPoolSize,
                             pool.used * pool.block_size, RegionKind::kPool, StringId::none(),
                             static_cast<std::uint32_t>(pool.block_size), 0});
      }
    }
  }

  void add_facts() {
    ProcessFacts& facts = builder_.facts();
    if (options_.process_facts) {
      facts = read_process_facts(getpid());
      facts.pause_us = 0;
    }
    facts.runtime = kRuntimeName;
    facts.collector = kCollectorName;
    const auto threshold = runtime_.gc().threshold();
    const auto counts = runtime_.gc().counts();
    for (unsigned generation = 0; generation < kGenerations; ++generation) {
      facts.gc_threshold[generation] = static_cast<std::int64_t>(threshold[generation]);
      facts.gc_count[generation] = static_cast<std::int64_t>(counts[generation]);
    }
    facts.gc_enabled = runtime_.gc().is_enabled() ? 1 : 0;
  }

  const Runtime& runtime_;
  ObjectHeap& heap_;
  const DumpOptions& options_;
  HeapBuilder& builder_;
  std::vector<Object*> objects_;  ///< By address.
  std::unordered_map<const Object*, PendingObject> rows_;
  std::unordered_map<const TypeInfo*, TypeId> types_;
  std::vector<SiteId> sites_;
  std::vector<Edge> edges_;  ///< Of one object.
};

}  // namespace

void fill_heap(const Runtime& runtime, const DumpOptions& options, HeapBuilder& builder) {
  require_thread(runtime.heap());
  HeapWriter(runtime, options, builder).write();
}

Heap dump_heap(const Runtime& runtime, const DumpOptions& options) {
  HeapBuilder builder;
  fill_heap(runtime, options, builder);
  return with_native_roots(std::move(builder).finish());
}

}  // namespace heapscan::dump::runtime
