#include "dump/runtime/types/values.h"

#include <bit>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dump/error.h"
#include "dump/runtime/lifetime/checks.h"
#include "dump/runtime/objects/layouts.h"

namespace heapscan::dump::runtime {
namespace {

constexpr std::int64_t kHashModulus = (std::int64_t{1} << 61) - 1;
constexpr double kTwoTo63 = 9223372036854775808.0;

/// -1 means "not computed".
std::int64_t valid_hash(std::int64_t hash) {
  return hash == -1 ? -2 : hash;
}

std::int64_t hash_of_int(std::int64_t value) {
  return valid_hash(value % kHashModulus);
}

/// The integer equal to the number, if there is one.
bool as_integer(const Object* object, std::int64_t& value) {
  const auto* const number = as<NumberObject>(object);
  if (object->kind() != Kind::kFloat) {
    value = number->integer;
    return true;
  }
  if (number->real >= kTwoTo63 || number->real < -kTwoTo63 ||
      std::trunc(number->real) != number->real) {
    return false;
  }
  value = static_cast<std::int64_t>(number->real);
  return true;
}

std::int64_t hash_of_number(const Object* object) {
  std::int64_t value = 0;
  if (as_integer(object, value)) {
    return hash_of_int(value);
  }
  const auto bits = std::bit_cast<std::uint64_t>(as<NumberObject>(object)->real);
  return valid_hash(static_cast<std::int64_t>(bits * 0x9E3779B97F4A7C15U));
}

std::int64_t hash_of_text(std::string_view text) {
  return valid_hash(static_cast<std::int64_t>(std::hash<std::string_view>{}(text)));
}

std::int64_t hash_of_identity(const Object* object) {
  return valid_hash(
      static_cast<std::int64_t>(std::rotr(reinterpret_cast<std::uintptr_t>(object), 4)));
}

[[noreturn]] void throw_unhashable(const Object* object) {
  throw Error(ErrorKind::kUsage, fmt::format("unhashable type: '{}'", object->type->name));
}

std::int64_t hash_of_weak_reference(WeakRefObject* weak) {
  if (weak->hash == -1) {
    if (weak->referent == nullptr) {
      throw Error(ErrorKind::kUsage, "a weak reference has no hash after its object has died");
    }
    const Kind kind = weak->referent->kind();
    if (kind == Kind::kSet || kind == Kind::kDeque) {
      throw_unhashable(weak->referent);
    }
    weak->hash = hash_of_identity(weak->referent);  // Like all referents.
  }
  return weak->hash;
}

/// For all but tuples.
std::int64_t hash_of_single(Object* object) {
  switch (object->kind()) {
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
      return hash_of_number(object);
    case Kind::kStr: {
      auto* const text = as<StrObject>(object);
      text->hash = text->hash == -1 ? hash_of_text(text->view()) : text->hash;
      return text->hash;
    }
    case Kind::kBytes: {
      auto* const bytes = as<BytesObject>(object);
      bytes->hash = bytes->hash == -1 ? hash_of_text(bytes->view()) : bytes->hash;
      return bytes->hash;
    }
    case Kind::kWeakRef:
      return hash_of_weak_reference(as<WeakRefObject>(object));
    case Kind::kArray:
    case Kind::kList:
    case Kind::kDict:
    case Kind::kSet:
    case Kind::kDeque:
    case Kind::kCell:
      throw_unhashable(object);
    default:
      return hash_of_identity(object);
  }
}

/// A tuple whose hash is being computed: that of xxHash, as in CPython.
struct OpenTuple {
  explicit OpenTuple(const TupleObject* of) : tuple(of) {}

  void add(std::int64_t hash) {
    sum += static_cast<std::uint64_t>(hash) * 0xC2B2AE3D27D4EB4FU;
    sum = std::rotl(sum, 31) * 0x9E3779B185EBCA87U;
  }

  [[nodiscard]] std::int64_t result() const {
    return valid_hash(static_cast<std::int64_t>(sum + (tuple->size ^ 0x27D4EB2F165667C5U)));
  }

  const TupleObject* tuple;
  std::uint64_t next = 0;
  std::uint64_t sum = 0x27D4EB2F165667C5U;
};

std::int64_t hash_of_tuple(const TupleObject* tuple) {
  std::vector<OpenTuple> open = {OpenTuple(tuple)};
  for (;;) {
    OpenTuple& top = open.back();
    if (top.next == top.tuple->size) {
      const std::int64_t hash = top.result();
      open.pop_back();
      if (open.empty()) {
        return hash;
      }
      open.back().add(hash);
      continue;
    }
    Object* const item = top.tuple->items()[top.next++];
    if (item->kind() == Kind::kTuple) {
      open.emplace_back(as<TupleObject>(item));
    } else {
      top.add(hash_of_single(item));
    }
  }
}

bool is_number(const Object* object) {
  return object->kind() == Kind::kBool || object->kind() == Kind::kInt ||
         object->kind() == Kind::kFloat;
}

bool equal_numbers(const Object* a, const Object* b) {
  std::int64_t integer_a = 0;
  std::int64_t integer_b = 0;
  const bool is_integer_a = as_integer(a, integer_a);
  const bool is_integer_b = as_integer(b, integer_b);
  if (is_integer_a || is_integer_b) {
    return is_integer_a && is_integer_b && integer_a == integer_b;
  }
  return as<NumberObject>(a)->real == as<NumberObject>(b)->real;
}

/// For all but tuples.
bool equal_single(Object* a, Object* b) {
  if (is_number(a) && is_number(b)) {
    return equal_numbers(a, b);
  }
  if (a->kind() != b->kind()) {
    return false;
  }
  switch (a->kind()) {
    case Kind::kStr:
      return as<StrObject>(a)->view() == as<StrObject>(b)->view();
    case Kind::kBytes:
      return as<BytesObject>(a)->view() == as<BytesObject>(b)->view();
    case Kind::kWeakRef:
      return as<WeakRefObject>(a)->referent != nullptr &&
             as<WeakRefObject>(a)->referent == as<WeakRefObject>(b)->referent;
    default:
      return false;
  }
}

}  // namespace

std::int64_t hash_of(Object* object) {
  return object->kind() == Kind::kTuple ? hash_of_tuple(as<TupleObject>(object))
                                        : hash_of_single(object);
}

bool equal_keys(Object* a, Object* b) {
  if (a->kind() != Kind::kTuple || b->kind() != Kind::kTuple) {
    return a == b || equal_single(a, b);
  }
  std::vector<std::pair<Object*, Object*>> open = {{a, b}};
  while (!open.empty()) {
    const auto [left, right] = open.back();
    open.pop_back();
    if (left == right) {
      continue;
    }
    if (left->kind() != Kind::kTuple || right->kind() != Kind::kTuple) {
      if (!equal_single(left, right)) {
        return false;
      }
      continue;
    }
    const auto* const left_tuple = as<TupleObject>(left);
    const auto* const right_tuple = as<TupleObject>(right);
    if (left_tuple->size != right_tuple->size) {
      return false;
    }
    for (std::uint64_t row = 0; row < left_tuple->size; ++row) {
      open.emplace_back(left_tuple->items()[row], right_tuple->items()[row]);
    }
  }
  return true;
}

std::uint64_t getsizeof(View object) {
  return shallow_size(require_object(object));
}

std::uint64_t getrefcount(View object) {
  return require_object(object)->count();
}

Kind kind_of(View object) {
  return require_object(object)->kind();
}

std::string_view type_name(View object) {
  return require_object(object)->type->name;
}

}  // namespace heapscan::dump::runtime
