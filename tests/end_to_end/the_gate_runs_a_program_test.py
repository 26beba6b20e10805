"""gate --run: a program is started, captured at its marks, and its dumps are judged."""

import json
import os
import signal
import subprocess
import sys
import time
import unittest

from processes import PROGRAMS, SOURCES, SUPPORTED, Workplace, heapscan, start_heapscan

MARKING = PROGRAMS / "marking.py"
STEADY = ("--max-holder-growth", "*=0/step")
LEAK = "module __main__ > ._LEAKED > list[*] > __main__.Leaked"
LEAKING = ("leak", "mark") * 4


def run(*actions, rules=STEADY, options=(), python=(), status=0, **more):
    return heapscan(
        "gate", "--run", *rules, *options, "--", SUPPORTED[0].path, *python, MARKING, *actions,
        status=status, **more,
    )


def with_environment(**variables):
    return {"env": {**os.environ, **variables}}


class TheGateRunsAProgram(unittest.TestCase):
    def setUp(self):
        self.work = Workplace()
        self.addCleanup(self.work.remove)

    def document(self, *actions, status=0, **more):
        options = ("--format", "json", *more.pop("options", ()))
        return json.loads(run(*actions, options=options, status=status, **more).stdout)

    def test_a_leak_from_mark_to_mark_fails_and_is_named(self):
        text = run(*LEAKING, status=1).stdout
        self.assertIn(LEAK + ": +6.2 KiB per step, growing in 3 of 3 steps", text)

    def test_a_program_that_does_not_leak_passes(self):
        self.assertIn("PASSED: 1 rule, no violations", run("leak", *["mark"] * 4).stdout)

    def test_what_python_allocates_to_wait_for_an_answer_does_not_count_as_growth(self):
        self.assertIn("PASSED: 1 rule, no violations", run(*["mark"] * 25).stdout)

    def test_each_mark_is_a_dump_of_the_series(self):
        document = self.document(*LEAKING, status=1)
        self.assertEqual([dump["path"] for dump in document["dumps"]],
                         ["mark 1", "mark 2", "mark 3", "mark 4"])
        self.assertTrue(document["same_process"])

    def test_warm_up_skips_the_first_dumps(self):
        document = self.document("leak", "mark", "mark", "mark", "mark",
                                 options=("--warm-up", "1"))
        self.assertEqual([dump["path"] for dump in document["dumps"]],
                         ["mark 2", "mark 3", "mark 4"])

    def test_kept_dumps_can_be_compared_again(self):
        kept = self.work / "dumps"
        text = run(*LEAKING, options=("--keep", kept), status=1).stdout
        self.assertIn("see: heapscan diff %s/001.hsd" % kept, text)
        self.assertEqual(sorted(path.name for path in kept.iterdir()),
                         ["001.hsd", "002.hsd", "003.hsd", "004.hsd"])
        compared = heapscan("diff", kept / "001.hsd", kept / "004.hsd", "--by", "survivor").stdout
        self.assertIn("module __main__ > ._LEAKED > list", compared)

    def test_with_too_few_marks_the_end_is_captured(self):
        document = self.document("mark", "leak", rules=("--max-holder-growth", "*Leaked=0"), status=1)
        self.assertEqual([dump["path"] for dump in document["dumps"]], ["mark 1", "end"])
        subjects = [row["subject"] for row in document["violations"]]
        self.assertEqual(subjects, [LEAK])

    def test_with_a_baseline_no_mark_is_needed(self):
        baseline = self.work / "baseline.json"
        run("mark", "mark", options=("--keep", self.work / "dumps"))
        heapscan("gate", "--write-baseline", baseline, self.work / "dumps" / "001.hsd")
        run(options=("--baseline", baseline), rules=("--max-growth", "64KiB"))
        run("leak", options=("--baseline", baseline), rules=("--max-type-growth", "*Leaked=0"),
            status=1)

    def test_too_few_captures_are_reported(self):
        refused = run(python=("-I",), status=2)
        self.assertIn("0 captures of the program, at least 2 required", refused.stderr)
        run("mark", python=("-I",), options=("--warm-up", "1"), status=2)

    def test_a_signal_is_a_mark(self):
        document = self.document("signal:1", "leak", "signal:1", rules=("--max-growth", "0"),
                                 status=1)
        self.assertEqual(len(document["dumps"]), 2)

    def test_a_mark_of_a_child_is_ignored_with_a_warning(self):
        done = run("mark", "fork", "mark", "mark", options=("--format", "json"))
        self.assertEqual(len(json.loads(done.stdout)["dumps"]), 3)
        self.assertRegex(done.stderr, r"a mark of process \d+ is ignored")

    def test_the_status_of_a_program_that_fails_is_passed_on(self):
        failed = run(*LEAKING, "exit:7", status=7)
        self.assertIn("the program failed with exit status 7", failed.stderr)
        self.assertEqual(failed.stdout, "")
        run("mark", "mark", "kill:%d" % signal.SIGTERM, status=128 + signal.SIGTERM)

    def test_exit_zero_is_for_leaks_only(self):
        self.assertIn("FAILED", run(*LEAKING, options=("--exit-zero",)).stdout)
        run(*LEAKING, "exit:7", options=("--exit-zero",), status=7)

    def test_a_command_that_is_not_a_python_program_is_rejected(self):
        refused = heapscan("gate", "--run", *STEADY, "--", self.work / "absent", status=5)
        self.assertIn("start %s: No such file" % (self.work / "absent"), refused.stderr)
        refused = heapscan("gate", "--run", *STEADY, "--", "/bin/sh", "-c",
                           'echo mark >&"$HEAPSCAN_MARK_FD"; read -r _ <&"$HEAPSCAN_MARK_FD"; :',
                           status=5)
        self.assertEqual(len(refused.stderr.strip().splitlines()), 1, refused.stderr)

    def test_the_program_sees_its_own_environment(self):
        (self.work / "sitecustomize.py").write_text("print('own sitecustomize', flush=True)\n")
        text = run("environment", "child", "mark", "mark", rules=("--max-growth", "1MiB"),
                   **with_environment(PYTHONPATH=str(self.work.path))).stdout
        self.assertIn("PYTHONPATH %s\n" % self.work.path, text)
        self.assertIn("child %s %s/sitecustomize.py" % (self.work.path, self.work.path), text)
        self.assertEqual(text.count("own sitecustomize"), 2)
        text = run("environment", "mark", "mark", rules=("--max-growth", "1MiB")).stdout
        self.assertIn("PYTHONPATH %s\n" % os.environ.get("PYTHONPATH"), text)

    def test_nothing_is_left_in_the_directory_for_temporary_files(self):
        run("mark", "mark", rules=("--max-growth", "1MiB"), **with_environment(TMPDIR=str(self.work.path)))
        self.assertEqual(self.work.files(), [])

    def test_a_program_that_closes_the_descriptor_is_no_longer_captured(self):
        self.assertEqual(len(self.document("mark", "mark", "close", "leak")["dumps"]), 2)
        refused = run("mark", "close", "leak", status=2)
        self.assertIn("1 capture of the program, at least 2 required", refused.stderr)

    def end_by(self, number, to_all):
        """The exit status of a gate whose program is waiting when the signal arrives.

        Fails if any process is left.
        """
        gate = start_heapscan(
            "gate", "--run", *STEADY, "--", SUPPORTED[0].path, MARKING, "mark", "mark",
            "environment", "sleep:60",
            start_new_session=True, **with_environment(TMPDIR=str(self.work.path)))
        self.assertTrue(gate.stdout.readline().startswith("PYTHONPATH"))
        (os.killpg if to_all else os.kill)(gate.pid, number)
        out, err = gate.communicate(timeout=60)
        self.assertEqual(out, "")
        self.assertIn("its growth was not checked", err)
        with self.assertRaises(ProcessLookupError):
            os.killpg(gate.pid, 0)
        self.assertEqual(self.work.files(), [])
        return gate.returncode

    def test_control_c_ends_the_program_and_leaves_nothing_behind(self):
        self.assertEqual(self.end_by(signal.SIGINT, to_all=True), 128 + signal.SIGINT)

    def test_a_gate_that_is_terminated_terminates_the_program(self):
        self.assertEqual(self.end_by(signal.SIGTERM, to_all=False), 128 + signal.SIGTERM)

    def test_the_program_outlives_a_killed_gate(self):
        done = self.work / "done"
        code = ("import os, pathlib, time\n"
                "marks = int(os.environ['HEAPSCAN_MARK_FD'])\n"
                "os.write(marks, b'mark\\n'); os.read(marks, 1)\n"
                "print('marked', flush=True); time.sleep(1)\n"
                "try:\n"
                "    os.write(marks, b'mark\\n'); os.read(marks, 1)\n"
                "except OSError:\n"
                "    pass\n"
                "pathlib.Path(%r).write_text('done')\n" % str(done))
        gate = start_heapscan("gate", "--run", *STEADY, "--", SUPPORTED[0].path, "-c", code,
                              **with_environment(TMPDIR=str(self.work.path)))
        self.assertEqual(gate.stdout.readline(), "marked\n")
        gate.kill()
        gate.wait()
        gate.stdout.close()
        gate.stderr.close()
        deadline = time.monotonic() + 30
        while not done.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertTrue(done.exists())

    def test_the_pytest_fixture_finds_the_leak_of_a_test(self):
        def gate(test, status):
            return heapscan(
                "gate", "--run", "--warm-up", "2", *STEADY, "--",
                "/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                SOURCES / "tests" / "pytest_gate", "-k", test,
                status=status, cwd=self.work.path,
            ).stdout

        self.assertIn("PASSED", gate("leaks_nothing", 0))
        leaking = gate("test_work_that_leaks and not nothing", 1)
        self.assertIn("._SEEN > list[*] > str", leaking)

    def test_the_fixture_does_nothing_without_the_gate(self):
        done = subprocess.run(
            ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
             str(SOURCES / "tests" / "pytest_gate")],
            capture_output=True, text=True, cwd=self.work.path,
        )
        self.assertEqual(done.returncode, 0, done.stdout)


if not SUPPORTED:
    sys.exit("no CPython found that heapscan supports")

if __name__ == "__main__":
    unittest.main()
