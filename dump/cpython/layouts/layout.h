#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "dump/cpython/target/address.h"

namespace heapscan::dump::cpython {

/// How the table of a dict (PyDictKeysObject) is laid out.
enum class DictKeysForm : std::uint8_t {
  kSized,  ///< The plain number of slots, a look-up function, entries {hash, key, value}.
  kLog2,   ///< Logarithms of the number of slots and of the index bytes, and the kind of entry.
};

/// Where a running function stores its locals.
enum class FrameForm : std::uint8_t {
  kObject,    ///< A frame object (PyFrameObject) that contains everything.
  kInternal,  ///< A structure of the evaluation loop, possibly with a frame object.
};

/// How a code object encodes the lines of its instructions.
enum class LineTableForm : std::uint8_t {
  kSteps,      ///< co_lnotab: increments of the address and of the line from there on.
  kRanges,     ///< PEP 626: the size of a range, and the line increment to it.
  kLocations,  ///< PEP 657: ranges with lines and columns.
};

/// How an object is marked as never freed.
enum class Immortality : std::uint8_t {
  kLargeCount,       ///< By a reference count near 999,999,999 (static objects only).
  kNegativeLowHalf,  ///< By the sign of the count's lower 32 bits (PEP 683).
  kSplitCount        ///< Likewise; the upper 32 bits are flags, not part of the count.
};

/// Where an int stores its sign and number of digits.
enum class IntForm : std::uint8_t {
  kSignedSize,  ///< ob_size: the number, negative for a negative int.
  kTag,  ///< lv_tag: the number above three bits; the lower two are 0, 1 (zero), 2 (negative).
};

/// Where an instance that can have a dict stores its attributes.
enum class InstanceForm : std::uint8_t {
  kOwnDict,         ///< In a dict; tp_dictoffset says where the pointer to it is.
  kValuesAndDict,   ///< Before the object, two words: pointers to values and to a dict.
  kTaggedWord,      ///< One word before it: a dict or, if the lowest bit is set, values.
  kInlineValues,    ///< A pointer to a dict before it; values after its fixed part while valid.
  kValuesUntilDict  ///< Likewise; once a dict shares the values, the dict holds them.
};

/// Pointers in a structure of the interpreter, each of which holds an object.
struct RootPointers {
  std::uint32_t offset;  ///< Of the first.
  const char* name;
  std::uint16_t count = 1;
  std::uint16_t stride = 8;  ///< Bytes from each to the next.
};

/// A number in the table at the start of _PyRuntime since 3.13 (_Py_DebugOffsets), in which a build
/// describes its own structures.
struct PublishedNumber {
  std::uint16_t position;
  std::uint32_t number;
  const char* name;
};

/// The same numbers, except those that `changed` replaces.
template <std::size_t Size, std::size_t ChangedSize>
constexpr std::array<PublishedNumber, Size> replace(
    std::array<PublishedNumber, Size> numbers,
    const std::array<PublishedNumber, ChangedSize>& changed) {
  for (PublishedNumber& number : numbers) {
    const auto found = std::find_if(changed.begin(), changed.end(), [&](const auto& other) {
      return other.position == number.position;
    });
    number = found == changed.end() ? number : *found;
  }
  return numbers;
}

/// A static variable of the interpreter that holds objects. It is found by its symbol, unless it
/// was stripped.
struct StaticRoots {
  enum class Form : std::uint8_t {
    kPointers,  ///< An array of pointers to objects.
    kObjects,   ///< An array of the objects themselves.
    kList,      ///< A pointer to the first of a list {next, text, object}.
  };

  const char* symbol;
  const char* name;
  Form form = Form::kPointers;
  std::uint32_t count = 1;
  std::uint32_t offset = 0;  ///< Of the first.
  std::uint32_t stride = 8;
};

/// The offsets, in bytes, of the fields of the interpreter's structures in one version of CPython
/// on x86-64. A field that the version does not have is 0. The numbers are generated from its
/// headers; what no header defines is added by facts.h. Structures that are the same in all
/// supported versions are not included.
struct Layout {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned patch = 0;  ///< The earliest release known to have this layout.
  Immortality immortality = {};
  IntForm ints = {};
  InstanceForm instances = {};
  DictKeysForm dict_keys = {};
  std::span<const PublishedNumber> published = {};
  /// Whether sys.getsizeof counts one digit for zero, which has space for one but uses none.
  bool zero_has_digit = true;

  struct Runtime {
    std::uint16_t interpreters_head = 0;
    std::uint16_t main_thread = 0;  ///< The pthread_t of the main thread.
    std::uint16_t gc = 0;           ///< 0 if each interpreter has its own collector.
  } runtime = {};

  struct Interpreter {
    std::uint32_t next = 0;
    std::uint32_t threads_head = 0;
    std::uint32_t id = 0;
    std::uint32_t gc = 0;  ///< 0 if all interpreters share the runtime's.
    std::uint32_t modules = 0;
    std::uint32_t modules_by_index = 0;
    std::uint32_t sysdict = 0;
    std::uint32_t builtins = 0;
    std::uint32_t importlib = 0;
    std::uint32_t codec_search_path = 0;
    std::uint32_t codec_search_cache = 0;
    std::uint32_t codec_error_registry = 0;
    std::uint32_t dict = 0;
    std::uint32_t builtins_copy = 0;
    std::uint32_t import_func = 0;
    std::uint32_t before_forkers = 0;
    std::uint32_t after_forkers_parent = 0;
    std::uint32_t after_forkers_child = 0;
    std::uint32_t audit_hooks = 0;
    std::uint32_t exit_callbacks = 0;  ///< The array of them, followed by their number; or
    std::uint32_t exit_module = 0;     ///< the module with both in its state, not counted.
    std::uint32_t interned_texts = 0;  ///< Their table, if the collector may track it.
    std::uint32_t identifiers = 0;     ///< A number, and a pointer to that many name pointers.
    std::span<const RootPointers> others = {};  ///< Everything else it holds.
  } interpreter = {};

  std::span<const StaticRoots> statics = {};

  /// The part of each static type that is stored in the interpreter's state instead of in the type
  /// object. The type's tp_subclasses is its row in the table, starting at 1.
  struct StaticTypes {
    /// The table in the interpreter's state; 0 if everything is in the type object.
    std::uint32_t builtins = 0;
    std::uint32_t extensions = 0;  ///< The table for extension modules; 0 if there is none.
    std::uint16_t builtin_count = 0;
    std::uint16_t extension_count = 0;
    std::uint16_t row_size = 0;
    std::uint16_t dict = 0;
    std::uint16_t subclasses = 0;
  } static_types = {};

  /// struct _gc_runtime_state.
  struct Collector {
    std::uint16_t enabled = 0;
    std::uint16_t generations = 0;  ///< Three rows of {list head 16, threshold i32, count i32}.
    /// Whether the second and third rows are the two spaces of the oldest generation, which the
    /// incremental collector swaps, and there is no further one.
    bool two_old_spaces = false;
    /// Pointer to the first row, which verifies that this is the structure; 0 if not all builds of
    /// the version have it.
    std::uint16_t generation0 = 0;
    std::uint16_t permanent = 0;
    std::uint16_t stats = 0;  ///< Three rows of {collections, collected, uncollectable}.
    std::uint16_t collecting = 0;
    std::uint16_t garbage = 0;
    std::uint16_t callbacks = 0;
  } collector = {};

  struct ThreadState {
    std::uint16_t next = 0;
    std::uint16_t interpreter = 0;
    std::uint16_t cframe = 0;  ///< Pointer to a structure that has the frame at `cframe_frame`.
    std::uint16_t cframe_frame = 0;
    std::uint16_t current_frame = 0;  ///< Pointer to the frame, in versions without cframe.
    std::uint16_t profile_object = 0;
    std::uint16_t trace_object = 0;
    std::uint16_t exception_type = 0;
    std::uint16_t exception_value = 0;
    std::uint16_t exception_traceback = 0;
    std::uint16_t exc_state = 0;  ///< The exception in the last of that chain.
    std::uint16_t exc_state_type = 0;
    std::uint16_t exc_state_traceback = 0;
    std::uint16_t dict = 0;
    std::uint16_t async_exception = 0;
    std::uint16_t thread_id = 0;  ///< Its pthread_t.
    std::uint16_t native_thread_id = 0;
    std::uint16_t async_gen_firstiter = 0;
    std::uint16_t async_gen_finalizer = 0;
    std::uint16_t context = 0;
    std::span<const RootPointers> others = {};
  } thread = {};

  /// PyTypeObject, and PyHeapTypeObject after it.
  struct Type {
    std::uint16_t size = 0;
    std::uint16_t heap_size = 0;
    std::uint16_t heap_name = 0;
    std::uint16_t heap_slots = 0;
    std::uint16_t heap_qualname = 0;
    std::uint16_t heap_cached_keys = 0;
    std::uint16_t heap_module = 0;
    /// Whether sys.getsizeof counts a collector header for static types, which have none.
    bool static_size_has_gc_head = false;
  } type = {};

  /// PyCodeObject.
  struct Code {
    std::uint16_t stack_size = 0;
    std::uint16_t first_line = 0;
    // The variables of a frame: one list with the kind of each,
    std::uint16_t locals_plus = 0;
    std::uint16_t locals_plus_names = 0;
    std::uint16_t locals_plus_kinds = 0;
    // or three lists, one after another.
    std::uint16_t local_count = 0;
    std::uint16_t local_names = 0;
    std::uint16_t cell_names = 0;
    std::uint16_t free_names = 0;
    std::uint16_t file_name = 0;
    std::uint16_t qualname = 0;  ///< Or its name, in versions that store only that.
    LineTableForm line_table_form = {};
    std::uint16_t line_table = 0;
    std::uint16_t extra = 0;
    std::uint16_t cached = 0;        ///< Pointer to a structure of four objects created on demand.
    std::uint16_t instructions = 0;  ///< 0 if they are in a bytes object:
    std::uint16_t bytecode = 0;
    // Outside the object, but counted by sys.getsizeof:
    std::uint16_t cell_arguments = 0;  ///< A word for each of `cell_names`.
    std::uint16_t opcode_cache = 0;
    std::uint16_t opcode_cache_count = 0;  ///< One byte.
    std::uint16_t opcode_cache_entry_size = 0;
  } code = {};

  /// PyUnicodeObject and its smaller forms.
  struct Text {
    std::uint16_t ascii_size = 0;
    std::uint16_t compact_size = 0;
    std::uint16_t size = 0;
    std::uint16_t utf8_length = 0;
    std::uint16_t utf8 = 0;
    std::uint16_t wide = 0;  ///< Pointer to a wchar_t form, in versions that cache one.
    std::uint16_t wide_length = 0;
    std::uint16_t data = 0;
  } text = {};

  /// PyTupleObject.
  struct Tuple {
    std::uint16_t items = 0;
  } tuple = {};

  /// PyDictValues: the values of a split dict or of an instance.
  struct Values {
    std::uint16_t capacity = 0;  ///< A byte; where `items` is not 0.
    std::uint16_t embedded = 0;  ///< A byte: the values are inside an instance, which holds them.
    std::uint16_t valid = 0;     ///< A byte.
    std::uint16_t items = 0;
  } values = {};

  /// PyGenObject and similar types that contain their frame.
  struct Generator {
    std::uint16_t code = 0;  ///< Within `frame` if the generator has no pointer of its own.
    std::uint16_t qualname = 0;
    std::uint16_t state = 0;
    std::uint16_t frame = 0;
  } generator = {};

  /// struct _PyInterpreterFrame, or PyFrameObject, by the form.
  struct Frame {
    FrameForm form = {};
    /// Whether the code, function, variables and stack are references tagged in the lowest two bits
    /// (_PyStackRef): see ObjectReader::stack_reference().
    bool tagged_references = false;
    std::uint16_t function = 0;
    std::uint16_t locals = 0;
    std::uint16_t code = 0;
    std::uint16_t frame_object = 0;
    std::uint16_t previous = 0;
    std::uint16_t previous_instruction = 0;
    std::uint16_t stack_top = 0;      ///< The number of variables and values that it has; or
    std::uint16_t stack_pointer = 0;  ///< a pointer past the last value, null while unknown.
    std::uint16_t owner = 0;
    std::uint16_t locals_plus = 0;
    /// In a PyFrameObject: the frame of one that outlived its call.
    std::uint16_t object_data = 0;
    // Only for kObject. The top of the evaluation stack is a pointer at `stack_top`, null while the
    // frame runs, or a number of values at `stack_depth`, negative while it runs.
    std::uint16_t stack_depth = 0;
    std::uint16_t generator = 0;         ///< The generator that it belongs to, not counted.
    std::uint16_t trace = 0;             ///< A trace function, called for each line:
    std::uint16_t traced_line = 0;       ///< the last one.
    std::uint16_t last_instruction = 0;  ///< In units of `instruction_unit`; -1 before the first.
    std::uint16_t instruction_unit = 0;  ///< In bytes.
  } frame = {};

  /// Objects/obmalloc.c: sizes in bytes. If they are 0, arenas are not searched for.
  struct Allocator {
    std::uint32_t arena_size = 0;
    std::uint32_t pool_size = 0;
    /// Where the pointer to the table of arenas is: in the interpreter's state or, if `state` is
    /// not 0, in the structure that the pointer there leads to. 0 if all interpreters share one
    /// table, which has no symbol.
    std::uint32_t arenas = 0;
    std::uint32_t state = 0;
  } allocator = {};

  /// Whether tracemalloc stores its traces in a table of pointers (Modules/_tracemalloc.c).
  bool trace_pointers = true;
};

/// The layouts of a minor version, latest patch first: several if a patch release changed
/// structures, none if the version is not supported. Builds differ in the numbers that they
/// publish.
[[nodiscard]] std::span<const Layout* const> find_layouts(unsigned major, unsigned minor);

/// The newest layout of a minor version that is not newer than the patch. Requires: `layouts` is
/// not empty.
[[nodiscard]] const Layout& newest_layout(std::span<const Layout* const> layouts, unsigned patch);

/// The address of struct _gc_runtime_state that an interpreter uses.
[[nodiscard]] Address collector_address(const Layout& layout, Address runtime, Address interpreter);

/// "CPython 3.8 to 3.14 on x86-64 Linux": the versions that have tables.
[[nodiscard]] std::string supported_versions();

}  // namespace heapscan::dump::cpython
