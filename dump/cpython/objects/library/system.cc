#include "dump/cpython/objects/library/families.h"

// The operating system, terminals, and what belongs to no other family.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
constexpr TypeLayout kLayouts[] = {
    {"posix.DirEntry", since(8), 72, {},
     {{{16, "name"}, {24, "path"}, internal(32, "stat"), internal(40, "lstat")}}},
    {"posix.ScandirIterator", since(8).until(12), 104, {},
     {{internal(72, "path"), internal(80, "cleanup")}}},
    {"posix.ScandirIterator", since(13), 120, {},
     {{internal(88, "path"), internal(96, "cleanup")}}},
    {"posix.ScandirIterator", since(13), 128, {},
     {{internal(96, "path"), internal(104, "cleanup")}}},
    {"_curses.window", since(8).until(13), 32},
    {"_curses.window", since(14), 40, {}, {{internal(32, "orig")}}},
    {"_curses_panel.panel", since(8), 32, {}, {{internal(24, "window")}}},
    {"_dbm.dbm", only_in(11), 32},
    {"_tkinter.tkapp", since(8).until(12), 128},
    {"_tkinter.Tcl_Obj", since(8), 32, {}, {{{24, "string"}}}},
    {"_tkinter.tktimertoken", since(8), 32, {}, {{internal(24, "func")}}},
    {"ossaudiodev.oss_audio_device", only_in(11), 56},
    {"ossaudiodev.oss_mixer_device", only_in(11), 24},
    {"_random.Random", since(8), 2520},
    {"_abc_data", only_in(8), 48, {},
     {{internal(16, "registry"), internal(24, "cache"), internal(32, "negative_cache")}}},
    {"_abc._abc_data", since(9), 48, {},
     {{internal(16, "registry"), internal(24, "cache"), internal(32, "negative_cache")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> system_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
