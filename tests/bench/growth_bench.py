"""Times diff and gate as whole commands, on two dumps of one process that grew, in the page cache.

    HEAPSCAN=build/release/cli/heapscan python3 tests/bench/growth_bench.py \\
        build/release/tests/bench/write_realistic_dump [OBJECTS...]

The heaps are generated: see tests/support/realistic_heap.h. Generating 10,000,000 objects takes
8 GiB.
"""

import pathlib
import subprocess
import sys
import tempfile

from timed_runs import Run, header, print_headings, print_row

REPEATS = 3
VIEWS = {
    "diff": ["diff"],
    "  --by type": ["diff", "--by", "type"],
    "  --by suspect": ["diff", "--by", "suspect"],
    "gate": [
        "gate",
        *["--max-growth", "100%", "--max-holder-growth", "*=1GiB", "--max-cycles", "999999"],
    ],
}


def measure(writer, objects, directory):
    dumps = [directory / "old.hsd", directory / "new.hsd"]
    subprocess.run([writer, str(objects), *dumps], check=True)
    count = sum(header(dump)["objects"] for dump in dumps)
    print("%d objects in two dumps" % count)
    for name, (verb, *options) in VIEWS.items():
        runs = [Run(verb, *dumps, *options) for _ in range(REPEATS)]
        most = max(run.memory for run in runs) * 2**20 / count
        print_row(name, runs, "%.0f bytes an object" % most)
    for dump in dumps:
        dump.unlink()


def main():
    writer, counts = sys.argv[1], [int(text) for text in sys.argv[2:]] or [1_000_000, 10_000_000]
    print_headings(REPEATS)
    with tempfile.TemporaryDirectory() as directory:
        for count in counts:
            measure(writer, count, pathlib.Path(directory))


main()
