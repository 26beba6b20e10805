"""Times inspect and diff on dumps of generated heaps, as whole commands, from the page cache.

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
COMPARISONS = {
    "diff": [],
    "  --by type": ["--by", "type"],
    "  --by suspect": ["--by", "suspect"],
}


def print_view(verb, name, dumps, options, count):
    runs = [Run(verb, *dumps, *options) for _ in range(REPEATS)]
    most = max(run.memory for run in runs) * 2**20 / count
    print_row(name, runs, "%.0f bytes an object" % most)


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
        print_view("inspect", name, [dump], options, count)
    dump.unlink()


def measure_growth(writer, objects, directory):
    """Two dumps of one process, that has grown by a twentieth."""
    dumps = [directory / "old.hsd", directory / "new.hsd"]
    subprocess.run([writer, str(objects), *dumps], check=True)
    count = sum(header(dump)["objects"] for dump in dumps)
    print("%d objects in two dumps of one process" % count)
    for name, options in COMPARISONS.items():
        print_view("diff", name, dumps, options, count)
    rules = ["--max-growth", "100%", "--max-holder-growth", "*=1GiB", "--max-cycles", "999999"]
    print_view("gate", "gate", dumps, rules, count)
    for dump in dumps:
        dump.unlink()


def main():
    writer, counts = sys.argv[1], [int(text) for text in sys.argv[2:]] or [1_000_000, 10_000_000]
    print_headings(REPEATS)
    with tempfile.TemporaryDirectory() as directory:
        for count in counts:
            measure(writer, count, pathlib.Path(directory))
            measure_growth(writer, count, pathlib.Path(directory))


main()
