#include "tests/support/realistic_heap.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "dump/heap_builder.h"
#include "tests/support/random_heap.h"

namespace heapscan::tests {
namespace {

using dump::HeapBuilder;
using dump::RootKind;
using dump::StringId;
using dump::TypeId;
using Node = dump::PendingObject;

/// Assigns addresses as pymalloc does: small blocks from pools of one size, large ones one after
/// another. Some blocks of every pool are left free and used later, as if by objects that were
/// created after others had died.
class Addresses {
 public:
  explicit Addresses(Dice& dice) : dice_(dice) {}

  std::uint64_t allocate(std::uint64_t size) {
    const std::uint64_t rounded = (size + 15) / 16 * 16;
    if (rounded > kLargestBlock) {
      next_large_ += rounded + 16;
      return next_large_ - rounded;
    }
    SizeClass& blocks = classes_.at(rounded / 16);
    if (!blocks.holes.empty() && dice_.chance(4)) {
      const std::uint32_t chosen = dice_.below(static_cast<std::uint32_t>(blocks.holes.size()));
      const std::uint64_t hole = std::exchange(blocks.holes[chosen], blocks.holes.back());
      blocks.holes.pop_back();
      return hole;
    }
    std::uint64_t block = next_block(blocks, rounded);
    while (dice_.chance(4)) {
      blocks.holes.push_back(block);
      block = next_block(blocks, rounded);
    }
    return block;
  }

 private:
  static constexpr std::uint64_t kLargestBlock = 512;
  static constexpr std::uint64_t kPool = std::uint64_t{16} << 10U;

  struct SizeClass {
    std::uint64_t next = 0;
    std::uint64_t end = 0;
    std::vector<std::uint64_t> holes;
  };

  std::uint64_t next_block(SizeClass& blocks, std::uint64_t size) {
    if (blocks.end - blocks.next < size) {
      blocks.next = next_pool_;
      next_pool_ += kPool;
      blocks.end = next_pool_;
    }
    const std::uint64_t block = blocks.next;
    blocks.next += size;
    return block;
  }

  Dice& dice_;
  std::array<SizeClass, kLargestBlock / 16 + 1> classes_;
  std::uint64_t next_pool_ = 0x7F0000000000;
  std::uint64_t next_large_ = 0x7E0000000000;
};

/// An imaginary program that creates objects until there are enough.
class Program {
 public:
  Program(std::uint32_t objects, std::uint64_t seed)
      : limit_(objects), dice_(seed), addresses_(dice_) {
    builder_.reserve(objects + std::size_t{1000}, objects * std::size_t{5} / 2);
  }

  dump::Heap run() && {
    start_runtime();
    work_until(limit_);
    return std::move(*this).end();
  }

  /// The heap of the program once it has created more objects than its limit.
  dump::Heap run_to(const Moment& moment) && {
    has_hashes_ = true;
    start_runtime();
    work_until(limit_);
    dice_ = Dice(static_cast<std::uint64_t>(moment.minute) + 1000);
    own_hash_ = static_cast<std::uint64_t>(moment.minute + 1) << 32U;
    work_until(limit_ + moment.own);
    dump::ProcessFacts& facts = builder_.facts();
    facts.runtime = "CPython";
    facts.version = "3.11.2";
    facts.host = "generated";
    facts.pid = 4242;
    facts.process_start = 1;
    facts.taken_at = 1'800'000'000 + 60 * moment.minute;
    return std::move(*this).end();
  }

 private:
  /// A container of the program that still grows.
  struct Registry {
    Node owner;  // The record that has the container as an attribute.
    Node node;
    std::uint32_t entries = 0;
    std::uint32_t capacity = 0;
    bool mapping = false;
  };

  struct Class {
    TypeId type;
    Node node;
    std::uint32_t first_attribute = 0;
    std::uint32_t attributes = 0;
  };

  void work_until(std::uint32_t objects) {
    while (builder_.object_count() < objects) {
      if (builder_.object_count() > next_module_) {
        import_module();
        next_module_ += 5000 + dice_.below(30'000);
      }
      make_structure();
    }
  }

  dump::Heap end() && {
    for (const Registry& registry : open_) {
      set_global(any_module(), registry.owner);
    }
    return std::move(builder_).finish();
  }

  Node make(TypeId type, std::uint64_t size) {
    const Node node = builder_.add_object({.address = addresses_.allocate(size),
                                           .type = type,
                                           .size = size,
                                           .refcount = 1,
                                           .flags = {}});
    if (has_hashes_ && (type == str_ || type == int_ || type == float_)) {
      builder_.set_content_hash(node, own_hash_ + node.value() + 1);
    }
    return node;
  }

  /// A number below `limit`; small ones are far more likely.
  std::uint32_t skewed(std::uint32_t limit) {
    const std::uint32_t first = dice_.below(limit) + 1;
    return dice_.below(dice_.below(first) + 1);
  }

  StringId name() { return names_[dice_.below(static_cast<std::uint32_t>(names_.size()))]; }

  Node any_module() { return modules_[dice_.below(static_cast<std::uint32_t>(modules_.size()))]; }

  void set_global(Node module, Node node) { builder_.add_attribute(module, node, name()); }

  Node interned() { return interned_[skewed(static_cast<std::uint32_t>(interned_.size()))]; }

  void start_runtime() {
    for (const char* type : {"NoneType", "bool", "type", "module", "function", "code", "cell"}) {
      add_builtin_type(type);
    }
    none_ = make(add_builtin_type("NoneType"), 16);
    int_ = add_builtin_type("int");
    float_ = add_builtin_type("float");
    str_ = add_builtin_type("str");
    tuple_ = add_builtin_type("tuple");
    list_ = add_builtin_type("list");
    dict_ = add_builtin_type("dict");
    function_ = add_builtin_type("function");
    builder_.add_root(RootKind::kBuiltin, none_, StringId::none(), false);
    for (std::uint32_t value = 0; value < 262; ++value) {
      small_ints_.push_back(make(int_, 28));
      builder_.add_root(RootKind::kBuiltin, small_ints_.back(), StringId::none(), false);
    }
    const std::uint32_t texts = 200 + limit_ / 500;
    for (std::uint32_t text = 0; text < texts; ++text) {
      interned_.push_back(make(str_, 50 + dice_.below(20)));
    }
    for (std::uint32_t text = 0; text < 300; ++text) {
      names_.push_back(builder_.intern("name_" + std::to_string(text)));
    }
    import_module();
    const Node interned = make(dict_, 64 + std::uint64_t{texts} * 40);
    builder_.add_root(RootKind::kInterpreter, module_dict_, builder_.intern("modules"), true);
    builder_.add_attribute(module_dict_, interned, names_[0]);
    for (std::uint32_t text = 0; text < texts; ++text) {
      builder_.add_key(interned, interned_[text], text);
    }
  }

  TypeId add_builtin_type(const char* type_name) {
    const TypeId type = builder_.add_type(type_name);
    const Node node = make(type, 408);
    builder_.set_type_object(type, node);
    builder_.add_root(RootKind::kBuiltin, node, StringId::none(), false);
    return type;
  }

  /// A module with functions, that refer back to its dict, and classes.
  void import_module() {
    const Node module = make(dict_, 72);
    module_dict_ = make(dict_, 9304);
    builder_.add_attribute(module, module_dict_, names_[0]);
    builder_.add_root(RootKind::kModule, module, names_[0], false);
    modules_.push_back(module_dict_);
    for (int imported = 0; imported < 3; ++imported) {
      set_global(module_dict_, any_module());
    }
    if (dice_.chance(10)) {
      set_global(any_module(), module_dict_);
    }
    for (std::uint32_t function = 0; function < 40; ++function) {
      make_function(module_dict_);
    }
    for (int count = 0; count < 4; ++count) {
      const TypeId type = builder_.add_type("app.Class" + std::to_string(classes_.size() % 1500));
      const Node node = make(type, 1072);
      const Node dict = make(dict_, 648);
      set_global(module_dict_, node);
      builder_.add_attribute(node, dict, names_[0]);
      for (int method = 0; method < 8; ++method) {
        make_function(dict);
      }
      const auto texts = static_cast<std::uint32_t>(interned_.size());
      classes_.push_back({type, node, dice_.below(texts - 12), 2 + dice_.below(8)});
    }
  }

  void make_function(Node holder) {
    const Node function = make(function_, 144);
    const Node code = make(tuple_, 320);
    const Node key = interned();
    builder_.add_key(holder, key, 0);
    builder_.add_value(holder, function, key);
    builder_.add_attribute(function, module_dict_, names_[1]);
    builder_.add_attribute(function, code, names_[2]);
    builder_.add_attribute(function, key, names_[3]);
    for (std::uint32_t constant = 0; constant < 4; ++constant) {
      builder_.add_item(code, interned(), constant);
    }
    builder_.add_item(code, make(str_, 80 + dice_.below(200)), 4);
  }

  void make_structure() {
    const std::uint32_t choice = dice_.below(100);
    if (choice < 84) {
      keep(make_record());
    } else if (choice < 92) {
      keep(make_sequence(1 + skewed(20)));
    } else if (choice < 98) {
      keep(make_tree(2 + skewed(40)));
    } else if (choice < 99) {
      keep(make_linked_list(2 + skewed(500)));
    } else {
      make_tree(2 + skewed(6));  // Nothing keeps it.
    }
  }

  /// Puts the object into one of the growing containers. A full one is put into another.
  void keep(Node node) {
    constexpr std::size_t kOpen = 40;
    if (open_.size() < kOpen) {
      open_.push_back(new_registry());
    }
    Registry& registry = open_[skewed(static_cast<std::uint32_t>(open_.size()))];
    put(registry, node);
    if (dice_.chance(30)) {
      builder_.add_attribute(node, registry.owner, names_[5]);
    }
    if (registry.entries == registry.capacity) {
      const Registry full = std::exchange(registry, new_registry());
      if (dice_.chance(30)) {
        set_global(any_module(), full.owner);
      } else {
        put(open_[dice_.below(static_cast<std::uint32_t>(open_.size()))], full.owner);
      }
    }
  }

  Registry new_registry() {
    // From a handful to a tenth of the heap, each order of magnitude about as likely.
    std::uint32_t capacity = 4 + dice_.below(8);
    while (capacity < limit_ / 100 && dice_.chance(60)) {
      capacity *= 4;
    }
    const bool mapping = dice_.chance(40);
    const std::uint64_t size =
        mapping ? 64 + std::uint64_t{capacity} * 104 / 3 * 2 : 56 + std::uint64_t{capacity} * 8;
    const Registry made = {make_record(), make(mapping ? dict_ : list_, size), 0, capacity,
                           mapping};
    builder_.add_attribute(made.owner, made.node, name());
    return made;
  }

  void put(Registry& registry, Node node) {
    if (registry.mapping) {
      const Node key = dice_.chance(70) ? make(str_, 50 + dice_.below(30)) : make_row(2);
      builder_.add_key(registry.node, key, registry.entries);
      builder_.add_value(registry.node, node, key);
    } else {
      builder_.add_item(registry.node, node, registry.entries);
    }
    ++registry.entries;
  }

  Node make_record() {
    const Class& drawn = classes_[skewed(static_cast<std::uint32_t>(classes_.size()))];
    const bool has_dict = drawn.attributes % 4 != 3;
    const Node instance = make(drawn.type, has_dict ? 48 : 40 + 8 * drawn.attributes);
    builder_.add_type_reference(instance, drawn.node);
    if (!has_dict) {
      for (std::uint32_t attribute = 0; attribute < drawn.attributes; ++attribute) {
        builder_.add_attribute(instance, make_value(), names_[attribute]);
      }
    } else {
      const Node dict = make(dict_, drawn.attributes > 5 ? 352 : 232);
      builder_.add_attribute(instance, dict, names_[0]);
      for (std::uint32_t attribute = 0; attribute < drawn.attributes; ++attribute) {
        const Node key = interned_[drawn.first_attribute + attribute];
        builder_.add_key(dict, key, attribute);
        builder_.add_value(dict, make_value(), key);
      }
    }
    remember(instance);
    return instance;
  }

  Node make_value() {
    const std::uint32_t choice = dice_.below(100);
    if (choice < 16) {
      return make(str_, 50 + dice_.below(60));
    }
    if (choice < 28) {
      return dice_.chance(60) ? make(int_, 28 + 4 * dice_.below(2)) : make(float_, 24);
    }
    if (choice < 54) {
      return dice_.chance(40) ? none_ : small_ints_[skewed(262)];
    }
    if (choice < 66) {
      return interned();
    }
    if (choice < 76) {
      return recent_.empty() ? none_ : recent_[skewed(static_cast<std::uint32_t>(recent_.size()))];
    }
    return make_sequence(dice_.below(4));
  }

  Node make_sequence_object(std::uint32_t items) {
    const bool tuple = dice_.chance(60);
    return make(tuple ? tuple_ : list_, (tuple ? 40U : 56U) + 8U * items);
  }

  /// A tuple or list of strings and numbers.
  Node make_row(std::uint32_t items) {
    const Node row = make_sequence_object(items);
    for (std::uint32_t position = 0; position < items; ++position) {
      const Node item = dice_.chance(40)   ? make(str_, 50 + dice_.below(40))
                        : dice_.chance(30) ? make(int_, 28)
                                           : small_ints_[skewed(262)];
      builder_.add_item(row, item, position);
    }
    return row;
  }

  /// A tuple or list some of whose items are rows.
  Node make_sequence(std::uint32_t items) {
    const Node sequence = make_sequence_object(items);
    for (std::uint32_t position = 0; position < items; ++position) {
      const Node item =
          dice_.chance(50) ? make_row(dice_.below(4)) : make(str_, 50 + dice_.below(40));
      builder_.add_item(sequence, item, position);
    }
    return sequence;
  }

  /// Records that are held in lists by their parents, and refer back to them.
  Node make_tree(std::uint32_t nodes) {
    std::vector<std::pair<Node, Node>> made;  // Each record and the list of its children.
    for (std::uint32_t node = 0; node < nodes; ++node) {
      const Node record = make_record();
      const Node children = make(list_, 88);
      builder_.add_attribute(record, children, names_[1]);
      if (!made.empty()) {
        const auto [parent, siblings] = made[dice_.below(static_cast<std::uint32_t>(made.size()))];
        builder_.add_item(siblings, record, node);
        builder_.add_attribute(record, parent, names_[2]);
      }
      made.emplace_back(record, children);
    }
    return made.front().first;
  }

  Node make_linked_list(std::uint32_t nodes) {
    const Node first = make_record();
    Node last = first;
    for (std::uint32_t node = 1; node < nodes; ++node) {
      const Node next = make_record();
      builder_.add_attribute(last, next, names_[3]);
      builder_.add_attribute(next, last, names_[4]);
      last = next;
    }
    return first;
  }

  /// Later records may share this one.
  void remember(Node node) {
    constexpr std::size_t kRemembered = 50'000;
    if (recent_.size() < kRemembered) {
      recent_.push_back(node);
    } else {
      recent_[dice_.below(kRemembered)] = node;
    }
  }

  std::uint32_t limit_;
  Dice dice_;
  Addresses addresses_;
  HeapBuilder builder_;
  std::size_t next_module_ = 0;
  bool has_hashes_ = false;
  std::uint64_t own_hash_ = 0;
  TypeId int_;
  TypeId float_;
  TypeId str_;
  TypeId tuple_;
  TypeId list_;
  TypeId dict_;
  TypeId function_;
  Node none_;
  Node module_dict_;
  std::vector<Node> modules_;  // Their dicts.
  std::vector<Node> small_ints_;
  std::vector<Node> interned_;
  std::vector<StringId> names_;
  std::vector<Class> classes_;
  std::vector<Registry> open_;
  std::vector<Node> recent_;
};

}  // namespace

dump::Heap realistic_heap(std::uint32_t objects, std::uint64_t seed) {
  return Program(objects, seed).run();
}

dump::Heap realistic_heap_at(const Moment& moment) {
  return Program(moment.shared, 1).run_to(moment);
}

}  // namespace heapscan::tests
