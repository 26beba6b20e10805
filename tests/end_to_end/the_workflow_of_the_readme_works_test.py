"""The workflow file in the README is well-formed YAML with the right structure, and its commands run.

Commands that install packages or need the network are replaced by programs that record their calls.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree

from processes import EXECUTABLE, SOURCES, Workplace

WORKFLOW = re.search(
    r"^```yaml\n(.*?)^```", (SOURCES / "README.md").read_text(), re.MULTILINE | re.DOTALL
).group(1)


def parsed(document):
    """The YAML document converted to JSON types, by the system's python3, which has python3-yaml."""
    program = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))"
    command = ["/usr/bin/python3", "-c", program]
    done = subprocess.run(command, input=document, check=True, text=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


class TheWorkflowOfTheReadme(unittest.TestCase):
    def setUp(self):
        self.work = Workplace()
        self.addCleanup(self.work.remove)
        self.document = parsed(WORKFLOW)
        self.steps = self.document["jobs"]["leaks"]["steps"]
        self.bin = self.work / "bin"
        self.bin.mkdir()
        self.calls = self.work / "calls"

    def stand_in(self, *names):
        """Installs programs that record their names and arguments, and do nothing else."""
        for name in names:
            program = self.bin / name
            program.write_text('#!/bin/sh\necho "${0##*/} $*" >>"%s"\n' % self.calls)
            program.chmod(0o755)

    def run_step(self, name, directory, **environment):
        """Runs the step as GitHub's runner does, with bash -e."""
        (step,) = [step for step in self.steps if step.get("name") == name]
        path = "%s:%s:/usr/bin:/bin" % (self.bin, pathlib.Path(EXECUTABLE).parent)
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=directory, capture_output=True, text=True, timeout=120,
            env={**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        )

    def gate(self, test_file):
        """Runs the gate's step in a project with the given tests. Returns the project as well."""
        project = self.work / "project"
        shutil.rmtree(project, ignore_errors=True)
        (project / "tests").mkdir(parents=True)
        shutil.copy(SOURCES / "tests" / "pytest_gate" / "conftest.py", project / "tests")
        (project / "tests" / "test_leaks.py").write_text(test_file)
        (project / "known-leaks.txt").write_text("# none so far\n")
        self.stand_in("pip")
        summary = self.work / "summary.md"
        summary.write_text("")
        return self.run_step("Gate", project, GITHUB_STEP_SUMMARY=str(summary)), project, summary

    def test_is_a_workflow(self):
        # YAML 1.1 reads the key "on" as a boolean.
        self.assertEqual(set(self.document), {"name", "true", "jobs"})
        job = self.document["jobs"]["leaks"]
        self.assertEqual(job["permissions"], {"contents": "read", "security-events": "write"})
        for step in self.steps:
            self.assertEqual(("run" in step) + ("uses" in step), 1, step)
            if "uses" in step:
                self.assertRegex(step["uses"], r"^[\w-]+/[\w/-]+@v\d+$")
        self.assertEqual(self.steps[-1]["with"]["sarif_file"], "gate.sarif")
        self.assertEqual(self.steps[-1]["if"], "always()")

    def test_builds_heapscan_from_its_own_lists_and_presets(self):
        self.stand_in("sudo", "cmake")
        (self.work / "heapscan").symlink_to(SOURCES)
        done = self.run_step("Build heapscan", self.work.path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        update, install, configure, build, place = self.calls.read_text().splitlines()
        self.assertEqual(update, "sudo apt-get update")
        packages = install.removeprefix("sudo apt-get install -y ").split()
        self.assertIn("libcli11-dev", packages)
        self.assertGreater(len(packages), 10)
        self.assertEqual(configure, "cmake --preset release -DHEAPSCAN_TESTS=OFF")
        self.assertEqual(build, "cmake --build --preset release --target heapscan")
        self.assertEqual(place, "sudo cmake --install build/release")
        presets = json.loads((SOURCES / "CMakePresets.json").read_text())
        for kind in ("configurePresets", "buildPresets"):
            self.assertIn("release", [preset["name"] for preset in presets[kind]])

    def test_passes_a_project_that_leaks_nothing(self):
        done, project, summary = self.gate(
            "def test_work_leaks_nothing(heap_repeats):\n"
            "    for repeat in heap_repeats(8):\n"
            "        assert sorted(range(repeat))  == list(range(repeat))\n"
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("## Heap gate: passed", summary.read_text())
        suite = xml.etree.ElementTree.parse(project / "gate.xml").getroot().find("testsuite")
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("2", "0"))
        sarif = json.loads((project / "gate.sarif").read_text())
        self.assertEqual(sarif["runs"][0]["results"], [])
        self.assertEqual(self.calls.read_text(), "pip install pytest\n")

    def test_fails_a_project_that_leaks_and_names_the_leak_in_each_report(self):
        done, project, summary = self.gate(
            "class Session:\n"
            "    pass\n"
            "\n"
            "KEPT = []\n"
            "\n"
            "def test_login_leaks_nothing(heap_repeats):\n"
            "    for repeat in heap_repeats(8):\n"
            "        KEPT.append(Session())\n"
        )
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        holder = "test_leaks > .KEPT > list[*] > test_leaks.Session"
        (annotation,) = [line for line in done.stdout.splitlines() if line.startswith("::error")]
        self.assertIn(holder, annotation)
        self.assertIn(holder.replace(">", "&gt;").replace("[*]", "\\[\\*\\]").replace("_", "\\_"),
                      summary.read_text())
        self.assertIn("KEPT", (project / "gate.xml").read_text())
        (result,) = json.loads((project / "gate.sarif").read_text())["runs"][0]["results"]
        self.assertIn(holder, result["message"]["text"])

    def test_fails_if_a_test_fails(self):
        done, project, _ = self.gate(
            "def test_login_leaks_nothing(heap_repeats):\n"
            "    for repeat in heap_repeats(8):\n"
            "        assert repeat < 4\n"
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("the program failed with exit status 1: its growth was not checked",
                      done.stderr)
        self.assertFalse((project / "gate.xml").exists())


if __name__ == "__main__":
    unittest.main()
