#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace heapscan::dump::cpython {

/// How an object tells that it is never freed.
enum class Immortality : std::uint8_t {
  kLargeCount,      ///< By a reference count near 999,999,999 (static objects only).
  kNegativeLowHalf  ///< By the sign of the count's lower 32 bits (PEP 683).
};

/// Where an int keeps its sign and number of digits.
enum class IntForm : std::uint8_t {
  kSignedSize,  ///< ob_size: the number, negative for a negative int.
  kTag  ///< lv_tag: the number above three bits; the lower two are 0, 1 (zero), 2 (negative).
};

/// Where an instance whose class manages the dict keeps its attributes.
enum class InstanceForm : std::uint8_t {
  kValuesAndDict,  ///< Before the object, two words: pointers to values and to a dict.
  kTaggedWord,   ///< Before it, one word: a dict, or by the lowest bit, the address before values.
  kInlineValues  ///< Before it, the pointer to a dict; values behind its fixed part while valid.
};

/// Pointers of a structure of the interpreter that each hold an object.
struct RootPointers {
  std::uint32_t offset;  ///< Of the first.
  const char* name;
  std::uint16_t count = 1;
  std::uint16_t stride = 8;  ///< Bytes from each to the next.
};

/// Where the fields of the interpreter's structures are, in bytes, for one minor version of CPython
/// on x86-64, as its headers have them. Structures that are the same in all versions heapscan reads
/// have their numbers in object_layout.h. A field that a version does not have is 0.
struct Layout {
  unsigned major;
  unsigned minor;
  Immortality immortality;
  IntForm ints;
  InstanceForm instances;

  struct Runtime {
    std::uint16_t interpreters_head;
  } runtime;

  struct Interpreter {
    std::uint32_t next;
    std::uint32_t threads_head;
    std::uint32_t id;
    std::uint32_t gc;
    std::uint32_t modules;
    std::uint32_t modules_by_index;
    std::uint32_t sysdict;
    std::uint32_t builtins;
    std::uint32_t importlib;
    std::uint32_t codec_search_path;
    std::uint32_t codec_search_cache;
    std::uint32_t codec_error_registry;
    std::uint32_t dict;
    std::uint32_t builtins_copy;
    std::uint32_t import_func;
    std::uint32_t before_forkers;
    std::uint32_t after_forkers_parent;
    std::uint32_t after_forkers_child;
    std::uint32_t audit_hooks;
    std::span<const RootPointers> others;  ///< What else it holds.
  } interpreter;

  /// What the interpreter's state has of each static type, in place of the type object itself. The
  /// type's tp_subclasses is its place in the table, counted from 1.
  struct StaticTypes {
    std::uint32_t builtins;    ///< In the interpreter's state; 0 when types have all of their own.
    std::uint32_t extensions;  ///< The table of those of extension modules; 0 when there is none.
    std::uint16_t builtin_count;
    std::uint16_t extension_count;
    std::uint16_t row_size;
    std::uint16_t dict;
    std::uint16_t subclasses;
  } static_types;

  /// struct _gc_runtime_state.
  struct Collector {
    std::uint16_t enabled;
    std::uint16_t generations;  ///< Three rows of {list head 16, threshold i32, count i32}.
    std::uint16_t generation0;  ///< Pointer to the first row: a check that this is the structure.
    std::uint16_t permanent;
    std::uint16_t collecting;
    std::uint16_t garbage;
    std::uint16_t callbacks;
  } collector;

  struct ThreadState {
    std::uint16_t next;
    std::uint16_t interpreter;
    std::uint16_t cframe;  ///< Pointer to a structure that has the frame at `cframe_frame`.
    std::uint16_t cframe_frame;
    std::uint16_t current_frame;  ///< Pointer to the frame, in versions without cframe.
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
    std::span<const RootPointers> others;
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
    std::uint16_t
        static_header;  ///< What sys.getsizeof adds to a static type, which has no header.
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
    std::uint16_t cached;  ///< Pointer to a structure of four objects that were asked for.
    std::uint16_t instructions;
  } code;

  /// PyUnicodeObject and its smaller forms.
  struct Text {
    std::uint16_t ascii_size;
    std::uint16_t compact_size;
    std::uint16_t size;
    std::uint16_t utf8_length;
    std::uint16_t utf8;
    std::uint16_t wide;  ///< Pointer to a wchar_t form, in versions that make one.
    std::uint16_t wide_length;
    std::uint16_t data;
  } text;

  /// PyDictValues: the values of a split dict or of an instance.
  struct Values {
    std::uint16_t capacity;  ///< A byte; where `items` is not 0.
    std::uint16_t embedded;  ///< A byte: the values lie in an instance, which holds them.
    std::uint16_t valid;     ///< A byte.
    std::uint16_t items;
  } values;

  /// PyGenObject and its like.
  struct Generator {
    std::uint16_t code;  ///< Within `frame` where the generator has no pointer of its own.
    std::uint16_t qualname;
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
    std::uint16_t object_data;  ///< In a PyFrameObject: the frame of one that outlived its call.
  } frame;
};

/// The layout of a version, or null when heapscan cannot read it.
[[nodiscard]] const Layout* find_layout(unsigned major, unsigned minor);

/// "CPython 3.11 on x86-64 Linux".
[[nodiscard]] std::string supported_versions();

}  // namespace heapscan::dump::cpython
