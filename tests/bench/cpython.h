#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace heapscan::bench {

/// A CPython object, opaque here.
struct PyObject;

/// A CPython interpreter in this process, loaded as a shared library: the parts of its C API that
/// the benchmarks call, under their original names. Needs no CPython headers. One per process.
class CPython {
 public:
  /// Loads the library or, if none is named, that of the first supported version on the system.
  /// Throws std::runtime_error if there is none.
  explicit CPython(const std::string& library);
  CPython(const CPython&) = delete;
  CPython& operator=(const CPython&) = delete;
  CPython(CPython&&) = delete;
  CPython& operator=(CPython&&) = delete;
  ~CPython() = default;  // The interpreter lives until the process ends.

  /// For example "3.11.2".
  [[nodiscard]] std::string version() const;

  /// Runs statements in the module __main__. Throws std::runtime_error if they raise an exception.
  void execute(const std::string& statements) const;

  /// The attribute of the module __main__ with this name: a new reference.
  [[nodiscard]] PyObject* global(const char* name) const;

  /// Calls it without arguments. Throws std::runtime_error if it raises an exception.
  void call(PyObject* callable) const;

  void* (*object_malloc)(std::size_t) = nullptr;
  void (*object_free)(void*) = nullptr;
  void (*increase)(PyObject*) = nullptr;
  void (*decrease)(PyObject*) = nullptr;
  PyObject* (*long_from)(long long) = nullptr;
  PyObject* (*text_from)(const char*) = nullptr;
  PyObject* (*list_new)(std::ptrdiff_t) = nullptr;
  int (*list_append)(PyObject*, PyObject*) = nullptr;
  PyObject* (*dict_new)() = nullptr;
  int (*dict_set)(PyObject*, PyObject*, PyObject*) = nullptr;
  PyObject* (*get_item)(PyObject*, PyObject*) = nullptr;  ///< A new reference.
  PyObject* (*tuple_new)(std::ptrdiff_t) = nullptr;
  int (*tuple_set)(PyObject*, std::ptrdiff_t, PyObject*) = nullptr;  ///< Steals the item.
  PyObject* (*call_no_arguments)(PyObject*) = nullptr;
  int (*set_attribute)(PyObject*, PyObject*, PyObject*) = nullptr;
  std::ptrdiff_t (*collect)() = nullptr;

 private:
  template <class Function>
  void find(Function*& function, const char* name) const;

  void* library_ = nullptr;
  const char* (*version_)() = nullptr;
  int (*execute_)(const char*) = nullptr;
  PyObject* (*add_module_)(const char*) = nullptr;
  PyObject* (*get_attribute_)(PyObject*, const char*) = nullptr;
};

/// A counted reference to a CPython object, as runtime::Ref is to an object of the runtime.
class PyRef {
 public:
  PyRef() = default;

  /// Takes ownership of a reference that has already been counted.
  PyRef(const CPython& python, PyObject* object) : python_(&python), object_(object) {}

  PyRef(const PyRef&) = delete;
  PyRef& operator=(const PyRef&) = delete;

  PyRef(PyRef&& other) noexcept
      : python_(other.python_), object_(std::exchange(other.object_, nullptr)) {}

  PyRef& operator=(PyRef&& other) noexcept {
    std::swap(python_, other.python_);
    std::swap(object_, other.object_);
    return *this;
  }

  ~PyRef() {
    if (python_ != nullptr && object_ != nullptr) {
      python_->decrease(object_);
    }
  }

  [[nodiscard]] PyObject* get() const { return object_; }

 private:
  const CPython* python_ = nullptr;
  PyObject* object_ = nullptr;
};

}  // namespace heapscan::bench
