"""Each rule of the gate, and each format of its report, on the sample dumps of the bundled runtime.

Reports are read with third-party parsers. Expected texts are literal, since the dumps never change.
"""

import json
import re
import subprocess
import unittest
import xml.etree.ElementTree

from processes import SOURCES, Workplace, heapscan

SAMPLES = SOURCES / "sample-dumps"
CACHE = ["unbounded-cache-%d.hsd" % step for step in (1, 2, 3)]
CYCLES = ["weak-reference-cure.hsd", "circular-reference.hsd"]
PAGES = "module shop > .cache > dict[*] > shop.Page"
TABLE = "module shop > .cache > dict"


def gate(*arguments, status):
    return heapscan("gate", *arguments, status=status, cwd=SAMPLES).stdout


class EachRule(unittest.TestCase):
    def subjects(self, *arguments, status=1):
        document = json.loads(gate(*arguments, "--format", "json", status=status))
        self.assertEqual(document["passed"], status == 0)
        return [row["subject"] for row in document["violations"]]

    def test_of_total_growth(self):
        self.assertEqual(self.subjects(*CACHE, "--max-growth", "15KiB"), ["total"])
        self.assertEqual(self.subjects(*CACHE, "--max-growth", "100%"), ["total"])
        self.assertEqual(self.subjects(*CACHE, "--max-growth", "16KiB", status=0), [])
        self.assertEqual(self.subjects(*CACHE, "--max-growth", "7KiB/step"), ["total"])
        self.assertEqual(self.subjects(*CACHE, "--max-growth", "8KiB/step", status=0), [])

    def test_of_growth_by_type(self):
        self.assertEqual(self.subjects(*CACHE, "--max-type-growth", "shop.*=1KiB"), ["shop.Page"])
        self.assertEqual(self.subjects(*CACHE, "--max-type-growth", "*=1KiB"),
                         ["str", "shop.Page", "dict"])
        self.assertEqual(self.subjects(*CACHE, "--max-type-growth", "shop.*=200%", status=0), [])

    def test_of_growth_by_holder(self):
        self.assertEqual(self.subjects(*CACHE, "--max-holder-growth", "*=0"), [PAGES, TABLE])
        self.assertEqual(self.subjects(*CACHE, "--max-holder-growth", "module shop*=1KiB/step"),
                         [PAGES])
        self.assertEqual(self.subjects(*CACHE, "--max-holder-growth", "module jobs*=0", status=0),
                         [])

    def test_of_retained_size(self):
        self.assertEqual(self.subjects(*CACHE, "--max-retained", "shop.*=10KiB"), ["shop.Page"])
        self.assertEqual(self.subjects(*CACHE, "--max-retained", "shop.*=50%"), ["shop.Page"])
        self.assertEqual(self.subjects(*CACHE, "--max-retained", "shop.*=99%", status=0), [])

    def test_of_cycles(self):
        self.assertEqual(self.subjects(*CYCLES, "--max-cycles", "9"), ["unreachable cycles"])
        self.assertEqual(self.subjects(*CYCLES, "--max-cycles", "10", status=0), [])
        self.assertEqual(self.subjects(*CYCLES, "--max-cycle-size", "5%"), ["unreachable cycles"])
        self.assertEqual(self.subjects(*CYCLES, "--max-cycle-size", "1KiB", status=0), [])
        signature = "family.Child .relative > family.Parent .relative > family.Child"
        self.assertEqual(self.subjects(*CYCLES, "--max-cycle-growth", "family.*=100"), [signature])
        self.assertEqual(self.subjects(*CYCLES, "--max-cycle-growth", "shop.*=0", status=0), [])

    def test_of_unexplained_counts(self):
        self.assertEqual(self.subjects(*CACHE, "--max-unexplained", "0%", status=0), [])


class EachReport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = Workplace()
        cls.addClassCleanup(cls.work.remove)
        known = cls.work / "known.txt"
        known.write_text("leak:%s\nleak:unheard.of\n" % TABLE)
        forms = ("text", "json", "junit", "github", "sarif", "markdown")
        reports = [word for form in forms
                   for word in ("--report", "%s=%s" % (form, cls.work / form))]
        gate(*CACHE, "--max-holder-growth", "*=0/step", "--max-growth", "5KiB", "--max-cycles", "0",
             "--suppressions", known, *reports, status=1)
        path = str(cls.work.path)
        cls.report = {
            # Markdown escapes the underscores that a random name may have.
            form: (cls.work / form).read_text().replace(path, "WORK").replace(
                path.replace("_", "\\_"), "WORK")
            for form in forms
        }

    def test_as_text(self):
        self.assertEqual(self.report["text"], """\
FAILED: 2 violations of 3 rules
  --max-growth 5KiB
    total: 15.3 KiB -> 29.2 KiB, +13.8 KiB (+90.1%)
    +13.8 KiB, +120 objects: module shop > .cache > dict[*] > shop.Page
    see: heapscan diff unbounded-cache-1.hsd unbounded-cache-2.hsd unbounded-cache-3.hsd
    fingerprint 4cc9df9256b6ae26
  --max-holder-growth *=0/step
    module shop > .cache > dict[*] > shop.Page: +6.9 KiB per step, growing in 2 of 2 steps: \
6.9 KiB -> 20.7 KiB
    see: heapscan diff unbounded-cache-1.hsd unbounded-cache-2.hsd unbounded-cache-3.hsd
    fingerprint 4ae34b9aea86c67a
  heap     15.3 KiB -> 30.8 KiB, +15.4 KiB (+100.5%)
           334 -> 454 objects, +120 (+35.9%)
  cycles   0 in unbounded-cache-3.hsd, 0 B
  known    1 violation suppressed, 1.6 KiB of growth ignored, by WORK/known.txt
  known    WORK/known.txt:2: leak:unheard.of matches nothing that grew: remove the line
""")

    def test_as_markdown(self):
        self.assertEqual(self.report["markdown"], """\
## Heap gate: failed

| rule | |
| --- | --- |
| --max-growth 5KiB | **violated** by 1 finding |
| --max-holder-growth \\*=0/step | **violated** by 1 finding |
| --max-cycles 0 | passed |

### total

- --max-growth 5KiB
- **15.3 KiB -&gt; 29.2 KiB, +13.8 KiB (+90.1%)**
- +13.8 KiB, +120 objects: module shop &gt; .cache &gt; dict\\[\\*\\] &gt; shop.Page
- see: heapscan diff unbounded-cache-1.hsd unbounded-cache-2.hsd unbounded-cache-3.hsd
- fingerprint: 4cc9df9256b6ae26

### module shop &gt; .cache &gt; dict\\[\\*\\] &gt; shop.Page

- --max-holder-growth \\*=0/step
- **+6.9 KiB per step, growing in 2 of 2 steps: 6.9 KiB -&gt; 20.7 KiB**
- see: heapscan diff unbounded-cache-1.hsd unbounded-cache-2.hsd unbounded-cache-3.hsd
- fingerprint: 4ae34b9aea86c67a

Heap: 15.3 KiB -&gt; 30.8 KiB, +15.4 KiB (+100.5%); 334 -&gt; 454 objects, +120 (+35.9%)

- 1 violation suppressed, 1.6 KiB of growth ignored, by WORK/known.txt
- WORK/known.txt:2: leak:unheard.of matches nothing that grew: remove the line
""")

    def test_as_annotations(self):
        lines = self.report["github"].splitlines()
        self.assertEqual(len(lines), 4)
        self.assertEqual([re.match(r"::(\w+) title=[^:,]*::", line).group(1) for line in lines],
                         ["error", "error", "notice", "notice"])
        self.assertIn("%0Asee: heapscan diff", lines[1])
        self.assertIn("(+90.1%25)", lines[0])

    def test_as_junit(self):
        checked = subprocess.run(["xmllint", "--noout", str(self.work / "junit")],
                                 capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        suites = xml.etree.ElementTree.fromstring(self.report["junit"])
        self.assertEqual(suites.tag, "testsuites")
        suite = suites.find("testsuite")
        self.assertEqual({name: suite.get(name) for name in ("tests", "failures", "errors")},
                         {"tests": "3", "failures": "2", "errors": "0"})
        cases = suite.findall("testcase")
        self.assertEqual([(case.get("name"), case.find("failure") is not None) for case in cases],
                         [("--max-growth 5KiB", True), ("--max-holder-growth *=0/step", True),
                          ("--max-cycles 0", False)])
        self.assertTrue(all(case.get("classname") for case in cases))
        failure = cases[1].find("failure")
        self.assertTrue(failure.get("message").startswith(PAGES))
        self.assertIn("see: heapscan diff", failure.text)
        self.assertIn("leak:unheard.of", suite.find("system-out").text)

    def test_as_sarif(self):
        log = json.loads(self.report["sarif"])
        self.assertEqual(log["version"], "2.1.0")
        self.assertIn("sarif-2.1.0", log["$schema"])
        (run,) = log["runs"]
        driver = run["tool"]["driver"]
        self.assertEqual(driver["name"], "heapscan")
        for rule in driver["rules"]:
            self.assertTrue(rule["id"] and rule["shortDescription"]["text"])
        self.assertEqual([result["ruleId"] for result in run["results"]],
                         ["max-growth", "max-holder-growth", "max-holder-growth"])
        for result in run["results"]:
            self.assertEqual(driver["rules"][result["ruleIndex"]]["id"], result["ruleId"])
            self.assertIn(result["level"], ("none", "note", "warning", "error"))
            self.assertTrue(result["message"]["text"])
            (location,) = result["locations"]
            self.assertEqual(location["physicalLocation"]["artifactLocation"]["uri"],
                             "unbounded-cache-3.hsd")
            self.assertTrue(location["logicalLocations"][0]["fullyQualifiedName"])
            self.assertRegex(result["partialFingerprints"]["heapscanLeak/v1"], "^[0-9a-f]{16}$")
        self.assertEqual([[known["kind"] for known in result.get("suppressions", [])]
                          for result in run["results"]], [[], [], ["external"]])

    def test_as_json(self):
        document = json.loads(self.report["json"])
        self.assertEqual(document["schema_version"], 1)
        self.assertFalse(document["passed"])
        self.assertEqual([row["subject"] for row in document["violations"]], ["total", PAGES])
        self.assertEqual([row["subject"] for row in document["suppressed"]], [TABLE])
        self.assertEqual(document["violations"][1]["values"], [7070, 14150, 21230])
        self.assertEqual(document["suppressions"][1],
                         {"expired": False, "glob": "unheard.of", "line": 2, "until": None,
                          "used": False})


class HostileNames(unittest.TestCase):
    """Names come from the dump: in every report they must remain plain text."""

    PROGRAM = """
import os
marks = int(os.environ["HEAPSCAN_MARK_FD"])
cls = type("Evil\\x1b[31m<b>&\\"'|`*\\n::error::\\ufffe]]>@team", (), {"__slots__": ()})
kept = []
for _ in range(4):
    kept.extend(cls() for _ in range(100))
    os.write(marks, b"mark\\n")
    os.read(marks, 1)
"""

    def test_remain_plain_text(self):
        work = Workplace()
        self.addCleanup(work.remove)
        program = work / "evil.py"
        program.write_text(self.PROGRAM)
        forms = ("text", "json", "junit", "github", "sarif", "markdown")
        reports = [word for form in forms for word in ("--report", "%s=%s" % (form, work / form))]
        heapscan("gate", "--run", "--max-type-growth", "*Evil*=0", *reports, "--",
                 "/usr/bin/python3", program, status=1)
        for form in forms:
            text = (work / form).read_text()
            self.assertIn("Evil", text)
            self.assertNotIn("\x1b", text, form)
        xml.etree.ElementTree.parse(work / "junit")
        self.assertEqual(subprocess.run(["xmllint", "--noout", str(work / "junit")]).returncode, 0)
        json.loads((work / "json").read_text())
        json.loads((work / "sarif").read_text())
        annotations = (work / "github").read_text().splitlines()
        self.assertEqual(len(annotations), 1, annotations)
        markdown = (work / "markdown").read_text()
        self.assertNotIn("<b>", markdown)
        self.assertNotIn("@team", markdown)


if __name__ == "__main__":
    unittest.main()
