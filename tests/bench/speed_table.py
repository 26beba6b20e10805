"""Measures the speed of the analyses, and prints the table of it in the README.

    HEAPSCAN=build/release/cli/heapscan python3 tests/bench/speed_table.py \\
        build/release/tests/bench [SUBJECT...]

A subject is a number of objects, for a generated heap of that size (described in
tests/support/realistic_heap.h), or real:MEGABYTES, for a capture of real_heap.py. The default is the
subjects of the README, which take 10 minutes on an idle machine and 7 GiB of memory.

For an analysis: CPU time, in parentheses its multiple of a plain depth-first search over the same
arrays, and the bytes per object that it takes beyond the heap. For a whole command: wall time, CPU
time, and peak memory, with the dump in the page cache. All figures are medians.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from timed_runs import Run, header, machine, processes

REPEATS = 3
SUBJECTS = ["1000000", "10000000", "50000000", "real:20"]
ANALYSES = {
    "depth_first_search": "depth-first search",
    "dominators_and_retained": "dominators and all retained sizes",
    "dominators_by_boost": "the same with Boost",
    "paths": "shortest paths to all objects",
    "histogram": "histogram by type",
    "histogram_with_retained": "histogram with retained sizes",
    "suspects": "leak suspects",
    "garbage": "unreachable cycles",
    "reverse_references": "reverse references",
    "strong_components_by_boost": "strongly connected components with Boost",
}
COMMANDS = {
    "`inspect`": [],
    "`inspect --by type --retained`": ["--by", "type", "--retained"],
    "`inspect --by referrers`": ["--by", "referrers"],
    "`inspect --waste`": ["--waste"],
}


def write_dump(subject, bench, dump):
    if not subject.startswith("real:"):
        subprocess.run([bench / "write_realistic_dump", subject, dump], check=True)
        return
    program = pathlib.Path(__file__).with_name("real_heap.py")
    python = processes.SUPPORTED[0].path
    with processes.Program(python, program, subject.split(":")[1]) as target:
        processes.heapscan("capture", target.pid, "-o", dump)


def millions(count):
    return "%.*f M" % (0 if count >= 9.95e6 else 1, count / 1e6)


def seconds(time):
    return "%.*f s" % (2 if time >= 0.0095 else 3 if time >= 0.00095 else 4, time)


class Subject:
    def __init__(self, name, bench, directory):
        dump = directory / "measured.hsd"
        write_dump(name, bench, dump)
        facts = header(dump)
        self.title = "%s / %s" % (millions(facts["objects"]), millions(facts["references"]))
        self.title += ", captured" if name.startswith("real:") else ""
        self.commands = {
            title: self.command([Run("inspect", dump, *options) for _ in range(REPEATS)])
            for title, options in COMMANDS.items()
        }
        self.measure_analyses(bench, dump)
        dump.unlink()

    @staticmethod
    def command(runs):
        median = statistics.median
        return "%s, %s, %.2f GiB" % (
            seconds(median(run.wall for run in runs)),
            seconds(median(run.processor for run in runs)),
            median(run.memory for run in runs) / 1024,
        )

    def measure_analyses(self, bench, dump):
        out = subprocess.run(
            [
                bench / "analysis_bench",
                "--benchmark_filter=^(%s)/" % "|".join(ANALYSES),
                "--benchmark_repetitions=%d" % REPEATS,
                "--benchmark_min_time=0.01",
                "--benchmark_format=json",
                dump,
            ],
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
        self.runs = {}
        for run in json.loads(out)["benchmarks"]:
            if run["run_type"] == "iteration" and not run.get("error_occurred"):
                self.runs.setdefault(run["run_name"].split("/")[0], []).append(run)

    def median(self, analysis, counter):
        runs = self.runs.get(analysis)
        return statistics.median(run[counter] for run in runs) if runs else None

    def analysis(self, name):
        time = self.median(name, "seconds")
        if time is None:
            return ""
        ratio = self.median(name, "searches")
        if name == "depth_first_search":
            return seconds(time)
        return "%s (%.*f)" % (seconds(time), 1 if ratio >= 0.095 else 2, ratio)


def print_row(cells):
    print("| %s |" % " | ".join(cells), flush=True)


def print_table(subjects):
    print_row(["objects / references", *(subject.title for subject in subjects), "bytes/object"])
    print_row(["---"] * (len(subjects) + 2))
    for name, title in ANALYSES.items():
        sizes = [subject.median(name, "bytes/object") for subject in subjects]
        most = max((size for size in sizes if size is not None), default=0)
        last = "%.0f" % most if most >= 1.5 else ""
        print_row([title, *(subject.analysis(name) for subject in subjects), last])
    for title in COMMANDS:
        print_row([title, *(subject.commands[title] for subject in subjects), ""])


def main():
    bench = pathlib.Path(sys.argv[1])
    print("%s; medians of %d" % (machine(), REPEATS), flush=True)
    with tempfile.TemporaryDirectory() as directory:
        names = sys.argv[2:] or SUBJECTS
        subjects = [Subject(name, bench, pathlib.Path(directory)) for name in names]
    print_table(subjects)


main()
