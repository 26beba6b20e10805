#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dump/runtime/objects/object_header.h"
#include "dump/runtime/objects/ref.h"

// How objects are laid out in memory. Sizes are those of CPython 3.11 wherever it has the same type
// and stores the same; a variable number of members follows the struct.

namespace heapscan::dump::runtime {

struct WeakRefObject;

namespace function {

struct Call;

/// The code of a function. It must hold no Ref: the objects that it needs belong in cells, where
/// the cycle collector sees them.
using Body = std::function<Ref(const Call&)>;

}  // namespace function

struct NumberObject : Object {
  union {
    std::int64_t integer = 0;
    double real;
  };
};

/// UTF-8, with a final zero that is not part of it.
struct StrObject : Object {
  std::int64_t hash = -1;
  std::uint64_t length = 0;
  std::uint64_t code_points = 0;
  std::uint64_t reserved = 0;

  [[nodiscard]] char* text() { return reinterpret_cast<char*>(this + 1); }

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(this + 1), length};
  }
};

struct BytesObject : Object {
  std::int64_t hash = -1;
  std::uint64_t length = 0;

  [[nodiscard]] char* text() { return reinterpret_cast<char*>(this + 1); }

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(this + 1), length};
  }
};

/// Numbers of 8 bytes.
struct ArrayObject : Object {
  std::byte* data = nullptr;
  std::uint64_t size = 0;
  std::uint64_t capacity = 0;
  std::uint64_t is_real = 0;
  std::uint64_t reserved[1] = {0};
};

struct TupleObject : Object {
  std::uint64_t size = 0;

  [[nodiscard]] Object** items() { return reinterpret_cast<Object**>(this + 1); }

  [[nodiscard]] Object* const* items() const { return reinterpret_cast<Object* const*>(this + 1); }
};

struct ListObject : Object {
  std::uint64_t size = 0;
  Object** items = nullptr;
  std::uint64_t capacity = 0;
};

struct Table;

/// A dict or a set.
struct TableObject : Object {
  std::uint64_t live = 0;              ///< Entries that are not deleted.
  Table* table = nullptr;              ///< nullptr until something is inserted.
  std::uint64_t version = 0;           ///< Counts changes of the entries.
  WeakRefObject* weak_list = nullptr;  ///< Sets only.
};

/// A ring of items.
struct DequeObject : Object {
  Object** items = nullptr;
  std::uint64_t capacity = 0;  ///< A power of two, or 0.
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  WeakRefObject* weak_list = nullptr;

  [[nodiscard]] Object*& at(std::uint64_t position) const {
    return items[(first + position) & (capacity - 1)];
  }
};

struct CellObject : Object {
  Object* content = nullptr;
};

/// What a function has in addition to its references.
struct FunctionFacts {
  function::Body body;
  std::vector<std::string> cell_names;
};

struct FunctionObject : Object {
  FunctionFacts* facts = nullptr;
  Object* name = nullptr;
  std::uint64_t reserved = 0;
  WeakRefObject* weak_list = nullptr;
  std::uint64_t cell_count = 0;

  [[nodiscard]] Object** cells() { return reinterpret_cast<Object**>(this + 1); }

  [[nodiscard]] Object* const* cells() const { return reinterpret_cast<Object* const*>(this + 1); }
};

struct ModuleObject : Object {
  Object* dict = nullptr;
  Object* name = nullptr;
  WeakRefObject* weak_list = nullptr;
};

/// Part of its referent's list for as long as the referent lives.
struct WeakRefObject : Object {
  Object* referent = nullptr;
  Object* callback = nullptr;
  WeakRefObject* next = nullptr;
  WeakRefObject* previous = nullptr;
  std::int64_t hash = -1;
  std::uint64_t reserved = 0;
};

struct FrameFacts {
  std::string function;
  std::vector<std::string> local_names;
};

struct FrameObject : Object {
  FrameFacts* facts = nullptr;
  std::uint64_t local_count = 0;

  [[nodiscard]] Object** locals() { return reinterpret_cast<Object**>(this + 1); }

  [[nodiscard]] Object* const* locals() const { return reinterpret_cast<Object* const*>(this + 1); }
};

struct ClassObject : Object {
  TypeInfo* info = nullptr;  ///< That of its instances.
  Object* attributes = nullptr;
  Object* base = nullptr;  ///< Or nullptr.
  WeakRefObject* weak_list = nullptr;
};

/// Followed by the dict, the list of weak references and the slots, as far as its class has them.
struct InstanceObject : Object {
  [[nodiscard]] Object** fields() { return reinterpret_cast<Object**>(this + 1); }

  [[nodiscard]] Object* const* fields() const { return reinterpret_cast<Object* const*>(this + 1); }

  [[nodiscard]] std::size_t first_slot() const {
    return (type->has_dict ? 1U : 0U) + (type->has_weak_list ? 1U : 0U);
  }
};

static_assert(sizeof(NumberObject) == 24 && sizeof(StrObject) == 48 && sizeof(BytesObject) == 32);
static_assert(sizeof(ArrayObject) == 56 && sizeof(TupleObject) == 24 && sizeof(ListObject) == 40);
static_assert(sizeof(TableObject) == 48 && sizeof(WeakRefObject) == 64);

/// The object, cast to the layout of its kind.
template <class Layout>
[[nodiscard]] Layout* as(Object* object) {
  return static_cast<Layout*>(object);
}

template <class Layout>
[[nodiscard]] const Layout* as(const Object* object) {
  return static_cast<const Layout*>(object);
}

/// The size of the object's block, without the collector's head and without buffers.
[[nodiscard]] std::size_t struct_size(const Object* object);

/// The size of the buffers that the object owns.
[[nodiscard]] std::size_t buffer_size(const Object* object);

/// The size of the object's block, including the collector's head.
[[nodiscard]] inline std::size_t block_size(const Object* object) {
  return struct_size(object) + (object->is_container() ? sizeof(GcHead) : 0);
}

/// Where the object's block starts.
[[nodiscard]] inline void* block_of(Object* object) {
  return object->is_container() ? static_cast<void*>(GcHead::of(object)) : object;
}

/// The bytes that the object owns, as sys.getsizeof counts them.
[[nodiscard]] inline std::size_t shallow_size(const Object* object) {
  return block_size(object) + buffer_size(object);
}

/// Where the object stores the list of its weak references; nullptr if it cannot have any.
[[nodiscard]] WeakRefObject** weak_list_of(Object* object);

}  // namespace heapscan::dump::runtime
