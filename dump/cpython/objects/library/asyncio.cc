#include "dump/cpython/objects/library/families.h"

// asyncio's futures and tasks.
namespace heapscan::dump::cpython {
namespace {

// clang-format off
// FutureObj since each of these minor versions. A task begins with a future.
constexpr Fields kFuture8 = {{internal(16, "loop"), internal(24, "callback0"),
                              internal(32, "context0"), internal(40, "callbacks"),
                              internal(48, "exception"), internal(56, "result"),
                              internal(64, "source_traceback"), namespace_dict(88)}};
constexpr Fields kFuture9 = {{internal(16, "loop"), internal(24, "callback0"),
                              internal(32, "context0"), internal(40, "callbacks"),
                              internal(48, "exception"), internal(56, "result"),
                              internal(64, "source_traceback"), internal(72, "cancel_message"),
                              namespace_dict(96), internal(112, "cancelled_type"),
                              internal(120, "cancelled_exception"),
                              internal(128, "cancelled_traceback")}};
constexpr Fields kFuture10 = {{internal(16, "loop"), internal(24, "callback0"),
                               internal(32, "context0"), internal(40, "callbacks"),
                               internal(48, "exception"), internal(56, "exception_traceback"),
                               internal(64, "result"), internal(72, "source_traceback"),
                               internal(80, "cancel_message"), namespace_dict(104),
                               internal(120, "cancelled_type"),
                               internal(128, "cancelled_exception"),
                               internal(136, "cancelled_traceback")}};
constexpr Fields kFuture11 = {{internal(16, "loop"), internal(24, "callback0"),
                               internal(32, "context0"), internal(40, "callbacks"),
                               internal(48, "exception"), internal(56, "exception_traceback"),
                               internal(64, "result"), internal(72, "source_traceback"),
                               internal(80, "cancel_message"), namespace_dict(104),
                               internal(120, "cancelled_exception")}};
constexpr Fields kFuture13 = {{internal(16, "loop"), internal(24, "callback0"),
                               internal(32, "context0"), internal(40, "callbacks"),
                               internal(48, "exception"), internal(56, "exception_traceback"),
                               internal(64, "result"), internal(72, "source_traceback"),
                               internal(80, "cancel_message"),
                               internal(88, "cancelled_exception")}};
constexpr Fields kFuture14 = {{internal(16, "loop"), internal(24, "callback0"),
                               internal(32, "context0"), internal(40, "callbacks"),
                               internal(48, "exception"), internal(56, "exception_traceback"),
                               internal(64, "result"), internal(72, "source_traceback"),
                               internal(80, "cancel_message"), internal(88, "cancelled_exception"),
                               internal(96, "awaited_by")}};

constexpr TypeLayout kLayouts[] = {
    {"_asyncio.Future", only_in(8), 104, {}, kFuture8},
    {"_asyncio.Future", only_in(9), 144, {}, kFuture9},
    {"_asyncio.Future", only_in(10), 152, {}, kFuture10},
    {"_asyncio.Future", since(11).until(12), 128, {}, kFuture11},
    {"_asyncio.Future", only_in(13), 104, {}, kFuture13},
    {"_asyncio.Future", since(14), 112, {}, kFuture14},
    {"_asyncio.Task", only_in(8), 144, {},
     extend(kFuture8, {internal(104, "awaited"), internal(112, "coroutine"), internal(120, "name"),
                       internal(128, "context")})},
    {"_asyncio.Task", only_in(9), 184, {},
     extend(kFuture9, {internal(144, "awaited"), internal(152, "coroutine"), internal(160, "name"),
                       internal(168, "context")})},
    {"_asyncio.Task", only_in(10), 192, {},
     extend(kFuture10, {internal(152, "awaited"), internal(160, "coroutine"), internal(168, "name"),
                        internal(176, "context")})},
    {"_asyncio.Task", since(11).until(12), 176, {},
     extend(kFuture11, {internal(128, "awaited"), internal(136, "coroutine"), internal(144, "name"),
                        internal(152, "context")})},
    {"_asyncio.Task", only_in(13), 144, {},
     extend(kFuture13, {internal(112, "awaited"), internal(120, "coroutine"), internal(128, "name"),
                        internal(136, "context")})},
    {"_asyncio.Task", since(14), 168, {},
     extend(kFuture14, {internal(120, "awaited"), internal(128, "coroutine"), internal(136, "name"),
                        internal(144, "context")})},
    {"_asyncio.FutureIter", since(8), 24, {}, {{internal(16, "future")}}},
    {"TaskWakeupMethWrapper", since(8).until(9), 24, {}, {{internal(16, "task")}}},
    {"TaskStepMethWrapper", since(8).until(13), 32, {},
     {{internal(16, "task"), internal(24, "argument")}}},
    {"_asyncio.TaskStepMethWrapper", since(14), 32, {},
     {{internal(16, "task"), internal(24, "argument")}}},
    {"_RunningLoopHolder", since(8).until(11), 32, {}, {{internal(16, "loop")}}},
};
// clang-format on

}  // namespace

std::span<const TypeLayout> asyncio_layouts() {
  return kLayouts;
}

}  // namespace heapscan::dump::cpython
