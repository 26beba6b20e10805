"""Timed runs of whole heapscan commands, and the lines of a table about them."""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS / "end_to_end"))

import processes  # noqa: E402  (found by the line above)


class Run:
    """One run of a command: wall and CPU time in seconds, peak memory in MiB."""

    def __init__(self, *arguments):
        began = time.monotonic()
        process = subprocess.Popen(
            [processes.EXECUTABLE, *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        said = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - began
        self.processor = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if process.returncode != 0:
            sys.exit("heapscan %s: %s" % (" ".join(map(str, arguments)), said))


def processor_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def machine():
    """The machine and its load, without which the figures mean nothing."""
    load = os.getloadavg()[0]
    return "%s, %d x %s, load %.1f" % (platform.platform(), os.cpu_count(), processor_name(), load)


def print_headings(repeats):
    print(machine())
    print("  %-24s %10s %10s %12s   medians of %d" % ("", "wall", "processor", "memory", repeats))


def print_row(name, runs, more=""):
    median = statistics.median
    print(
        "  %-24s %8.3f s %8.3f s %8.0f MiB  %s"
        % (
            name,
            median(run.wall for run in runs),
            median(run.processor for run in runs),
            median(run.memory for run in runs),
            more,
        ),
        flush=True,
    )


def header(dump):
    """What the dump records about itself."""
    out = processes.heapscan("inspect", dump, "--by", "type", "--format", "json", "-n", 1).stdout
    return json.loads(out)["dump"]
