"""Times heapscan's verbs on a running program, as whole commands.

    HEAPSCAN=build/release/cli/heapscan python3 tests/bench/whole_command_bench.py [OBJECTS...]

For each number of objects it starts a program with that many, captures it and inspects the dump
several times, and prints medians: the pause of the program, and heapscan's wall time, CPU time and
peak memory.
"""

import pathlib
import statistics
import sys
import tempfile

from timed_runs import Run, header, print_headings, print_row, processes

REPEATS = 5


def measure(objects, directory):
    python = processes.SUPPORTED[0]
    dump = directory / "big.hsd"
    program = processes.PROGRAMS / "big_heap.py"
    captures, pauses = [], []
    with processes.Program(python.path, program, objects) as target:
        for _ in range(REPEATS):
            captures.append(Run("capture", target.pid, "-o", dump, "--force"))
            pauses.append(header(dump)["pause_us"] / 1000)
    inspections = [Run("inspect", dump) for _ in range(REPEATS)]
    facts = header(dump)
    count = facts["objects"]
    print(
        "%s: %d objects, %d references, %.1f MiB resident, %.2f bytes an object on disk"
        % (python, count, facts["references"], facts["rss"] / 2**20, dump.stat().st_size / count)
    )
    wall = statistics.median(run.wall for run in captures)
    print_row(
        "capture",
        captures,
        "paused %.0f ms (%.0f to %.0f), %.2f M objects/s"
        % (statistics.median(pauses), min(pauses), max(pauses), count / wall / 1e6),
    )
    print_row("inspect", inspections)


def main():
    counts = [int(text) for text in sys.argv[1:]] or [1_000_000]
    print_headings(REPEATS)
    with tempfile.TemporaryDirectory() as directory:
        for count in counts:
            measure(count, pathlib.Path(directory))


if __name__ == "__main__":
    main()
