"""Core files of a program, written by the kernel and by gdb."""

import os
import pathlib
import resource
import signal
import subprocess
import time

from processes import PATIENCE


def gdb_core(program, path):
    """The program keeps running. Returns whether gdb got all of its memory: a gdb that does not
    know guard pages within mappings (glibc 2.42) loses a mebibyte of a thread's stack for each."""
    done = subprocess.run(
        ["gdb", "--batch", "-nx", "-p", str(program.pid), "-ex", "generate-core-file %s" % path],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    if not os.path.exists(path):
        raise AssertionError("gdb wrote no core: %s%s" % (done.stdout, done.stderr))
    return "Memory read failed for corefile section" not in done.stdout + done.stderr


def kernel_core_directory(working_directory):
    """Where the kernel writes the core of a program that runs there; None if it pipes cores."""
    pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if pattern.startswith("|"):
        return None
    directory = pathlib.Path(working_directory, pattern).parent
    return directory if "%" not in str(directory) and os.access(directory, os.W_OK) else None


def kernel_core(program, directory):
    """Kills the program. None if the kernel wrote no core file in `directory`."""
    resource.prlimit(program.pid, resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    before = set(os.listdir(directory))
    program.process.send_signal(signal.SIGABRT)
    program.process.wait(timeout=PATIENCE)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        for name in sorted(set(os.listdir(directory)) - before):
            if (pathlib.Path(directory) / name).read_bytes()[:4] == b"\x7fELF":
                return pathlib.Path(directory) / name
        time.sleep(0.05)
    return None
