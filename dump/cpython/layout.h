#pragma once

#include <cstdint>
#include <string>

namespace heapscan::dump::cpython {

/// Where the fields of the interpreter's structures are, in bytes, for one minor version of CPython
/// on x86-64, as its headers have them. Structures that are the same in all versions heapscan reads
/// have their numbers in object_layout.h.
struct Layout {
  unsigned major;
  unsigned minor;

  struct Runtime {
    std::uint16_t interpreters_head;
  } runtime;

  struct Interpreter {
    std::uint16_t next;
    std::uint16_t threads_head;
    std::uint16_t id;
    std::uint16_t gc;
    std::uint16_t modules;
    std::uint16_t modules_by_index;
    std::uint16_t sysdict;
    std::uint16_t builtins;
    std::uint16_t importlib;
    std::uint16_t codec_search_path;
    std::uint16_t codec_search_cache;
    std::uint16_t codec_error_registry;
    std::uint16_t dict;
    std::uint16_t builtins_copy;
    std::uint16_t import_func;
    std::uint16_t before_forkers;
    std::uint16_t after_forkers_parent;
    std::uint16_t after_forkers_child;
    std::uint16_t audit_hooks;

    // What only some versions keep here; 0 in the others.
    std::uint32_t warnings_filters;
    std::uint32_t warnings_once_registry;
    std::uint32_t warnings_default_action;
    std::uint32_t exit_callbacks;  ///< {atexit_callback** callbacks; int count; int size}.
    std::uint32_t identifiers;     ///< {Py_ssize_t size; PyObject** array}.
    std::uint32_t errno_map;
    std::uint32_t exception_group;
    std::uint32_t syntax_tree_begin;  ///< The pointers of struct ast_state, all of them counted.
    std::uint32_t syntax_tree_end;
    std::uint32_t method_cache;  ///< struct type_cache: rows that each count one name.
    std::uint32_t method_cache_rows;
  } interpreter;

  /// struct _gc_runtime_state.
  struct Collector {
    std::uint16_t enabled;
    std::uint16_t generations;  ///< Three rows of {list head 16, threshold i32, count i32}.
    std::uint16_t generation0;  ///< Pointer to the first row: a check that this is the structure.
    std::uint16_t permanent;
    std::uint16_t stats;  ///< Three rows of {collections, collected, uncollectable}.
    std::uint16_t collecting;
    std::uint16_t garbage;
    std::uint16_t callbacks;
  } collector;

  struct ThreadState {
    std::uint16_t next;
    std::uint16_t interpreter;
    std::uint16_t cframe;  ///< Pointer to a structure that has the frame at `cframe_frame`.
    std::uint16_t cframe_frame;
    std::uint16_t profile_object;
    std::uint16_t trace_object;
    std::uint16_t exception_type;
    std::uint16_t exception_value;
    std::uint16_t exception_traceback;
    std::uint16_t exc_state;  ///< The last of that chain.
    std::uint16_t dict;
    std::uint16_t async_exception;
    std::uint16_t native_thread_id;
    std::uint16_t async_gen_firstiter;
    std::uint16_t async_gen_finalizer;
    std::uint16_t context;
  } thread;

  /// PyTypeObject and, behind it, PyHeapTypeObject.
  struct Type {
    std::uint16_t size;
    std::uint16_t heap_size;
    std::uint16_t heap_name;
    std::uint16_t heap_slots;
    std::uint16_t heap_qualname;
    std::uint16_t heap_cached_keys;
    std::uint16_t heap_module;
  } type;

  /// PyCodeObject.
  struct Code {
    std::uint16_t stack_size;
    std::uint16_t first_line;
    std::uint16_t locals_plus;
    std::uint16_t locals_plus_names;
    std::uint16_t locals_plus_kinds;
    std::uint16_t file_name;
    std::uint16_t qualname;
    std::uint16_t line_table;
    std::uint16_t extra;
    std::uint16_t instructions;
  } code;

  /// PyGenObject and its like.
  struct Generator {
    std::uint16_t code;
    std::uint16_t state;
    std::uint16_t frame;
  } generator;

  /// struct _PyInterpreterFrame.
  struct Frame {
    std::uint16_t function;
    std::uint16_t locals;
    std::uint16_t code;
    std::uint16_t frame_object;
    std::uint16_t previous;
    std::uint16_t previous_instruction;
    std::uint16_t stack_top;
    std::uint16_t owner;
    std::uint16_t locals_plus;
  } frame;

  /// Objects/obmalloc.c: sizes in bytes.
  struct Allocator {
    std::uint32_t arena_size;
    std::uint32_t pool_size;
  } allocator;
};

/// The layout of a version, or null when heapscan cannot read it.
[[nodiscard]] const Layout* find_layout(unsigned major, unsigned minor);

/// "CPython 3.11 on x86-64 Linux".
[[nodiscard]] std::string supported_versions();

}  // namespace heapscan::dump::cpython
