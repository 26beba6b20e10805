"""Times inspect on dumps of generated heaps, as whole commands, from the page cache.

    HEAPSCAN=build/release/cli/heapscan python3 tests/bench/generated_dump_bench.py \\
        build/release/tests/bench/write_realistic_dump [OBJECTS...]

The heaps have the shape of those of large Python programs: see tests/support/realistic_heap.h.
"""

import pathlib
import subprocess
import sys
import tempfile

from timed_runs import Run, header, print_headings, print_row

REPEATS = 3
VIEWS = {
    "inspect": [],
    "  --by type": ["--by", "type"],
    "  --by type --retained": ["--by", "type", "--retained"],
    "  --by referrers": ["--by", "referrers"],
    "  --waste": ["--waste"],
}


def measure(writer, objects, directory):
    dump = directory / "generated.hsd"
    subprocess.run([writer, str(objects), dump], check=True)
    facts = header(dump)
    count = facts["objects"]
    print(
        "%d objects, %d references, %.2f bytes an object on disk"
        % (count, facts["references"], dump.stat().st_size / count)
    )
    for name, options in VIEWS.items():
        runs = [Run("inspect", dump, *options) for _ in range(REPEATS)]
        most = max(run.memory for run in runs) * 2**20 / count
        print_row(name, runs, "%.0f bytes an object" % most)
    dump.unlink()


def main():
    writer, counts = sys.argv[1], [int(text) for text in sys.argv[2:]] or [1_000_000, 10_000_000]
    print_headings(REPEATS)
    with tempfile.TemporaryDirectory() as directory:
        for count in counts:
            measure(writer, count, pathlib.Path(directory))


main()
