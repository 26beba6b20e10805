#include <optional>
#include <string>
#include <utility>

#include "dump/cpython/capture.h"
#include "dump/cpython/core/core_bytes.h"
#include "dump/cpython/core/core_file.h"
#include "dump/cpython/core/core_program.h"
#include "dump/cpython/interpreter/python_runtime.h"
#include "dump/cpython/program_image.h"
#include "dump/error.h"

/// A core from file to heap; see capture.h.
namespace heapscan::dump::cpython {
namespace {

/// "; it is cut short: 4096 bytes are missing at its end (...)", or nothing.
std::string missing_text(const CoreFile& core) {
  return core.missing_bytes() == 0
             ? std::string()
             : "; it is cut short: " + std::to_string(core.missing_bytes()) +
                   " bytes are missing at its end (was the disk full, or a limit too low?)";
}

ProcessFacts facts_of(const CoreNotes& notes) {
  ProcessFacts facts;
  facts.collector = "cpython-core";
  facts.command = notes.command;
  facts.pid = notes.pid;
  return facts;
}

void require_files(const CoreFile& core) {
  if (core.notes().files.empty()) {
    throw Error(ErrorKind::kBadInput,
                core.name() + ": it does not record which files its program had mapped (NT_FILE)" +
                    missing_text(core));
  }
}

ProgramImage read_program(const CoreFile& core,
                          const CoreSources& sources,
                          const CaptureOptions& options) {
  const CoreProgram program(core, sources);
  if (options.on_warning) {
    if (core.missing_bytes() > 0) {
      options.on_warning("core " + core.name() + missing_text(core).substr(1));
    }
    for (const std::string& warning : program.warnings()) {
      options.on_warning(warning);
    }
  }
  ProgramImage image;
  image.name = program.name();
  image.runtime = find_python_runtime(program);
  image.static_data = find_static_data(program, image.runtime.file);
  image.memory = program.image();
  image.mappings = program.mappings();
  image.copied_bytes = program.stored_bytes();
  image.threads = core.notes().threads;
  image.facts = facts_of(core.notes());
  image.facts.complete = program.complete();
  return image;
}

}  // namespace

Heap capture_core(const std::filesystem::path& core_path,
                  const CoreSources& sources,
                  const CaptureOptions& options) {
  const auto enter = [&](CaptureStage stage) {
    if (options.on_stage) {
      options.on_stage(stage);
    }
  };
  const CoreBytes bytes(core_path, options.scratch_directory,
                        [&enter] { enter(CaptureStage::kUnpack); });
  const CoreFile core(bytes.bytes(), core_path.string());
  require_files(core);
  std::optional<Heap> heap = read_heap(read_program(core, sources, options), options);
  if (!heap) {
    throw Error(ErrorKind::kTarget,
                "core " + core.name() + ": its lists of objects are inconsistent" +
                    (core.missing_bytes() > 0
                         ? missing_text(core)
                         : ": it was written during a garbage collection or is damaged: "
                           "use another one"));
  }
  return *std::move(heap);
}

}  // namespace heapscan::dump::cpython
