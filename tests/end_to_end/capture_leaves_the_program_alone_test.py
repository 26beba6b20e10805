"""Whatever happens to heapscan, the captured program keeps running as if nothing had happened."""

import os
import pathlib
import random
import signal
import sys
import time
import unittest

from processes import (
    PATIENCE,
    PROGRAMS,
    Program,
    Workplace,
    for_each_interpreter,
    heapscan,
    run_python,
    start_heapscan,
    status_field,
)

BIG = 1_200_000  # Objects: enough for a capture to take long enough to be interrupted.


def open_files(pid):
    return {
        name: os.readlink("/proc/%d/fd/%s" % (pid, name)) for name in os.listdir("/proc/%d/fd" % pid)
    }


def memory_map(pid):
    return pathlib.Path("/proc/%d/maps" % pid).read_text()


def memory_of(pid):
    """The private and shared memory of the process in KiB, and its number of page faults.

    Pages of files are left out, because the set of other processes that map them keeps changing.
    """
    rollup = pathlib.Path("/proc/%d/smaps_rollup" % pid).read_text().splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in rollup}
    fields = ("Pss_Anon", "Private_Dirty", "Shared_Dirty", "Anonymous", "Swap")
    memory = {field: sizes[field] for field in fields}
    memory["page tables"] = status_field(pid, "VmPTE")
    stat = pathlib.Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()
    memory["faults"] = (int(stat[7]), int(stat[9]))
    return memory


class Worker(Program):
    """`pid` is that of the worker that the program forks."""

    def wait_until_asleep(self):
        parent = pathlib.Path("/proc/%d" % self.pid)
        children = parent / "task" / str(self.pid) / "children"
        self.pid = int(children.read_text().split()[0])
        super().wait_until_asleep()
        # Pages that the parent still writes to would become private to the worker.
        deadline = time.monotonic() + PATIENCE
        while not (parent / "syscall").read_text().startswith("61 "):  # wait4
            if time.monotonic() > deadline:
                raise AssertionError("the parent of process %d does not wait for it" % self.pid)
            time.sleep(0.005)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        super().kill()


class CaptureLeavesTheProgramAlone:
    def setUp(self):
        self.work = Workplace()
        self.addCleanup(self.work.remove)

    def capture(self, program, name="app.hsd", **options):
        return heapscan("capture", program.pid, "-f", "-o", self.work / name, **options)

    def objects_in(self, name):
        return heapscan("inspect", self.work / name).stdout

    def assert_runs_free(self, program):
        self.assertEqual(status_field(program.pid, "TracerPid"), "0")
        self.assertNotIn(status_field(program.pid, "State")[0], "tT")
        program.ask()

    def test_afterwards_the_program_answers_with_files_and_memory_unchanged(self):
        with run_python(self.python, "answering.py") as program:
            files, mappings = open_files(program.pid), memory_map(program.pid)
            self.capture(program)
            self.assertEqual(open_files(program.pid), files)
            self.assertEqual(memory_map(program.pid), mappings)
            self.assert_runs_free(program)
            self.assertEqual(self.work.files(), ["app.hsd"])
            self.assertEqual((self.work / "app.hsd").stat().st_mode & 0o777, 0o600)

    def test_a_forked_worker_shares_its_memory_with_its_parent_as_before(self):
        with Worker(self.python.path, PROGRAMS / "forked_worker.py", BIG // 2) as worker:
            before = memory_of(worker.pid)
            self.assertGreater(before["Shared_Dirty"], 20_000, "nearly all is shared")
            for _ in range(3):
                self.capture(worker)
            self.assertEqual(memory_of(worker.pid), before)
            self.assert_runs_free(worker)
        print("a worker's memory, before and after: %s" % before, file=sys.stderr)

    def test_system_calls_of_the_program_continue(self):
        with run_python(self.python, "system_calls.py") as program:
            for _ in range(15):
                self.capture(program)
                time.sleep(0.05)
            self.assert_runs_free(program)
            program.process.stdin.close()
            ends = dict(
                line.decode().split(" ", 1) for line in program.process.stdout.readlines()
            )
            program.process.wait()
        values = {name: end.rsplit(" ", 1)[0] for name, end in ends.items()}
        self.assertEqual(
            values,
            {
                "sleeps": "None",
                "sleeps_in_c": "0",
                "polls_in_c": "0",
                "waits_for_events": "[]",
                "waits_for_a_lock": "False",
                "reads_from_a_socket": "b'late'",
                "computes_in_c": "True",
            },
        )
        for name, end in ends.items():
            seconds = float(end.rsplit(" ", 1)[1])
            self.assertGreater(seconds, 2.9, name)
            self.assertLess(seconds, 6, name)

    def test_a_program_inside_a_c_function_is_captured(self):
        with run_python(self.python, "in_a_c_function.py") as program:
            program.process.stdin.write(b"?????")
            program.expect("here")
            for _ in range(8):
                self.capture(program)
                self.objects_in("app.hsd")
            self.assertEqual(status_field(program.pid, "TracerPid"), "0")
            for _ in range(4):
                program.expect("here")

    def test_a_stopped_program_is_captured_and_stays_stopped(self):
        with run_python(self.python, "answering.py") as program:
            os.kill(program.pid, signal.SIGSTOP)
            self.wait_for_state(program, "T")
            self.capture(program)
            self.wait_for_state(program, "T")
            self.assertEqual(status_field(program.pid, "TracerPid"), "0")
            self.objects_in("app.hsd")
            os.kill(program.pid, signal.SIGCONT)
            self.assert_runs_free(program)

    def wait_for_state(self, program, state):
        deadline = time.monotonic() + 10
        while not status_field(program.pid, "State").startswith(state):
            self.assertLess(time.monotonic(), deadline, "the program is not in state %s" % state)
            time.sleep(0.01)

    def test_a_program_with_fifty_threads_is_captured(self):
        with run_python(self.python, "many_threads.py", 50) as program:
            self.capture(program)
            self.assert_runs_free(program)
            for task in os.listdir("/proc/%d/task" % program.pid):
                self.assertNotIn(status_field(int(task), "State")[0], "tT")

    def test_a_program_that_constantly_allocates_and_collects_is_captured(self):
        with run_python(self.python, "restless.py", 2) as program:
            for _ in range(10):
                self.capture(program)
                self.objects_in("app.hsd")
                self.assert_runs_free(program)

    def test_a_heapscan_killed_at_any_moment_leaves_program_and_directory_as_they_were(self):
        chance = random.Random(7)
        killed = 0
        with run_python(self.python, "big_heap.py", BIG) as program:
            began = time.monotonic()
            self.capture(program, "whole.hsd")
            whole_capture = time.monotonic() - began
            for _ in range(40):
                process = start_heapscan(
                    "capture", program.pid, "-o", self.work / "app.hsd",
                    env={**os.environ, "TMPDIR": str(self.work.path)},
                )
                time.sleep(chance.uniform(0, whole_capture))
                process.kill()
                process.communicate()
                self.assert_runs_free(program)
                if process.returncode == -signal.SIGKILL:
                    killed += 1
                    if "app.hsd" in self.work.files():
                        self.objects_in("app.hsd")  # Killed after finishing: the dump is complete.
                        (self.work / "app.hsd").unlink()
                else:
                    self.assertEqual(process.returncode, 0)
                    (self.work / "app.hsd").unlink()
                self.assertEqual(self.work.files(), ["whole.hsd"])
        print("killed %d of 40 captures of %.2f s" % (killed, whole_capture), file=sys.stderr)
        self.assertGreater(killed, 20)

    def test_an_interrupted_capture_leaves_program_and_directory_as_they_were(self):
        with run_python(self.python, "big_heap.py", BIG) as program:
            for number, delay in ((signal.SIGINT, 0.05), (signal.SIGTERM, 0.1), (signal.SIGINT, 0.3)):
                process = start_heapscan("capture", program.pid, "-o", self.work / "app.hsd")
                time.sleep(delay)
                process.send_signal(number)
                process.communicate()
                self.assert_runs_free(program)
                if process.returncode == 0:
                    (self.work / "app.hsd").unlink()
                self.assertEqual(self.work.files(), [])

    def test_a_program_that_dies_during_the_capture_yields_a_complete_dump_or_none(self):
        chance = random.Random(11)
        whole, refused = 0, 0
        for number in range(25):
            with run_python(self.python, "big_heap.py", BIG // 8) as program:
                process = start_heapscan("capture", program.pid, "-o", self.work / "app.hsd")
                time.sleep(chance.uniform(0, 0.12))
                os.kill(program.pid, signal.SIGKILL if number % 2 else signal.SIGTERM)
                _, errors = process.communicate(timeout=60)
                if process.returncode == 0:
                    whole += 1
                    self.objects_in("app.hsd")
                    (self.work / "app.hsd").unlink()
                else:
                    refused += 1
                    self.assertEqual(process.returncode, 5, errors)
                    self.assertEqual(len(errors.strip().splitlines()), 1, errors)
                self.assertEqual(self.work.files(), [])
        print("%d whole dumps, %d refusals" % (whole, refused), file=sys.stderr)

    def test_an_older_dump_of_the_same_name_is_kept_if_the_capture_fails(self):
        (self.work / "app.hsd").write_bytes(b"an older file")
        with run_python(self.python, "answering.py") as program:
            pid = program.pid
        heapscan("capture", pid, "--force", "-o", self.work / "app.hsd", status=5)
        self.assertEqual((self.work / "app.hsd").read_bytes(), b"an older file")


for_each_interpreter(CaptureLeavesTheProgramAlone)

if __name__ == "__main__":
    unittest.main()
