#include "dump/cpython/layout.h"

#include <array>

namespace heapscan::dump::cpython {
namespace {

constexpr Layout kPython311 = {
    .major = 3,
    .minor = 11,
    .runtime = {.interpreters_head = 40},
    .interpreter = {.next = 0,
                    .threads_head = 16,
                    .id = 48,
                    .gc = 648,
                    .modules = 888,
                    .modules_by_index = 896,
                    .sysdict = 904,
                    .builtins = 912,
                    .importlib = 920,
                    .codec_search_path = 936,
                    .codec_search_cache = 944,
                    .codec_error_registry = 952,
                    .dict = 1400,
                    .builtins_copy = 1408,
                    .import_func = 1416,
                    .before_forkers = 3480,
                    .after_forkers_parent = 3488,
                    .after_forkers_child = 3496,
                    .audit_hooks = 3552,
                    .warnings_filters = 3504,
                    .warnings_once_registry = 3512,
                    .warnings_default_action = 3520,
                    .exit_callbacks = 3536,
                    .identifiers = 3592,
                    .errno_map = 7128,
                    .exception_group = 7152,
                    .syntax_tree_begin = 7176,
                    .syntax_tree_end = 9056,
                    .method_cache = 9056,
                    .method_cache_rows = 4096},
    .collector = {.enabled = 12,
                  .generations = 24,
                  .generation0 = 96,
                  .permanent = 104,
                  .stats = 128,
                  .collecting = 200,
                  .garbage = 208,
                  .callbacks = 216},
    .thread = {.next = 8,
               .interpreter = 16,
               .cframe = 56,
               .cframe_frame = 8,
               .profile_object = 80,
               .trace_object = 88,
               .exception_type = 96,
               .exception_value = 104,
               .exception_traceback = 112,
               .exc_state = 320,
               .dict = 128,
               .async_exception = 144,
               .native_thread_id = 160,
               .async_gen_firstiter = 208,
               .async_gen_finalizer = 216,
               .context = 224},
    .type = {.size = 408,
             .heap_size = 904,
             .heap_name = 848,
             .heap_slots = 856,
             .heap_qualname = 864,
             .heap_cached_keys = 872,
             .heap_module = 880},
    .code = {.stack_size = 68,
             .first_line = 72,
             .locals_plus = 76,
             .locals_plus_names = 96,
             .locals_plus_kinds = 104,
             .file_name = 112,
             .qualname = 128,
             .line_table = 136,
             .extra = 176,
             .instructions = 184},
    .generator = {.code = 16, .state = 75, .frame = 80},
    .frame = {.function = 0,
              .locals = 24,
              .code = 32,
              .frame_object = 40,
              .previous = 48,
              .previous_instruction = 56,
              .stack_top = 64,
              .owner = 69,
              .locals_plus = 72},
    .allocator = {.arena_size = 1U << 20U, .pool_size = 1U << 14U},
};

constexpr std::array<const Layout*, 1> kLayouts = {&kPython311};

}  // namespace

const Layout* find_layout(unsigned major, unsigned minor) {
  for (const Layout* const layout : kLayouts) {
    if (layout->major == major && layout->minor == minor) {
      return layout;
    }
  }
  return nullptr;
}

std::string supported_versions() {
  return "CPython 3.11 on x86-64 Linux";
}

}  // namespace heapscan::dump::cpython
