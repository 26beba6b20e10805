#include "tests/bench/cpython.h"

#include <stdexcept>

#include <dlfcn.h>

namespace heapscan::bench {
namespace {

void* load(const std::string& named) {
  if (!named.empty()) {
    return dlopen(named.c_str(), RTLD_NOW | RTLD_GLOBAL);
  }
  for (const char* const library :
       {"libpython3.11.so.1.0", "libpython3.12.so.1.0", "libpython3.10.so.1.0"}) {
    if (void* const loaded = dlopen(library, RTLD_NOW | RTLD_GLOBAL); loaded != nullptr) {
      return loaded;
    }
  }
  return nullptr;
}

}  // namespace

template <class Function>
void CPython::find(Function*& function, const char* name) const {
  function = reinterpret_cast<Function*>(dlsym(library_, name));
  if (function == nullptr) {
    throw std::runtime_error(std::string("the library of CPython has no ") + name);
  }
}

CPython::CPython(const std::string& library) : library_(load(library)) {
  if (library_ == nullptr) {
    throw std::runtime_error(std::string("no library of CPython: install the package "
                                         "libpython3.11, or name one (") +
                             dlerror() + ")");
  }
  void (*initialize)(int) = nullptr;
  find(initialize, "Py_InitializeEx");
  find(version_, "Py_GetVersion");
  find(execute_, "PyRun_SimpleString");
  find(add_module_, "PyImport_AddModule");
  find(get_attribute_, "PyObject_GetAttrString");
  find(object_malloc, "PyObject_Malloc");
  find(object_free, "PyObject_Free");
  find(increase, "Py_IncRef");
  find(decrease, "Py_DecRef");
  find(long_from, "PyLong_FromLongLong");
  find(text_from, "PyUnicode_InternFromString");
  find(list_new, "PyList_New");
  find(list_append, "PyList_Append");
  find(dict_new, "PyDict_New");
  find(dict_set, "PyDict_SetItem");
  find(get_item, "PyObject_GetItem");
  find(tuple_new, "PyTuple_New");
  find(tuple_set, "PyTuple_SetItem");
  find(call_no_arguments, "PyObject_CallNoArgs");
  find(set_attribute, "PyObject_SetAttr");
  find(collect, "PyGC_Collect");
  initialize(0);
  // PyGC_Collect does nothing while collections are disabled; with a threshold of 0, only it runs.
  execute("import gc; gc.collect(); gc.freeze(); gc.set_threshold(0)");
}

std::string CPython::version() const {
  const std::string text = version_();
  return text.substr(0, text.find(' '));
}

void CPython::execute(const std::string& statements) const {
  if (execute_(statements.c_str()) != 0) {
    throw std::runtime_error("a Python program failed");
  }
}

PyObject* CPython::global(const char* name) const {
  PyObject* const object = get_attribute_(add_module_("__main__"), name);
  if (object == nullptr) {
    throw std::runtime_error(std::string("the Python program has no ") + name);
  }
  return object;
}

void CPython::call(PyObject* callable) const {
  PyObject* const result = call_no_arguments(callable);
  if (result == nullptr) {
    throw std::runtime_error("a Python function failed");
  }
  decrease(result);
}

}  // namespace heapscan::bench
