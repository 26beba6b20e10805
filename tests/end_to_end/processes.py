"""The processes of a test: heapscan itself, and the programs that it captures."""

import glob
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

SOURCES = pathlib.Path(__file__).resolve().parents[2]
LAYOUTS = SOURCES / "dump" / "cpython" / "layouts"
PROGRAMS = pathlib.Path(__file__).resolve().parent / "programs"
PATIENCE = 120  # Seconds after which anything is considered to hang.

_ASK_VERSION = """
import os, platform, sys, sysconfig
print(sys.executable)
print(platform.python_implementation())
print(".".join(map(str, sys.version_info[:3])))
headers = sysconfig.get_path("include") or ""
print(headers if os.path.exists(os.path.join(headers, "internal/pycore_pystate.h")) else "")
"""


class Interpreter:
    def __init__(self, path, version, headers):
        self.path = path
        self.version = version
        self.minor = int(version.split(".")[1])
        self.headers = headers  # Their directory; empty if the internal headers are missing.

    def __str__(self):
        return "CPython %s at %s" % (self.version, self.path)


def all_interpreters():
    names = ["/usr/bin/python3", shutil.which("python3")]
    names += [shutil.which("python3.%d" % minor) for minor in range(6, 20)]
    names += sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin/python")))
    names += sorted(glob.glob(str(SOURCES / "build/interpreters/*/usr/bin/python3.*[0-9]")))
    found = {}
    for name in names:
        if not name or not os.path.exists(name):
            continue
        asked = subprocess.run(
            [name, "-c", _ASK_VERSION], capture_output=True, text=True, timeout=PATIENCE
        )
        if asked.returncode == 0:
            path, implementation, version, headers = asked.stdout.split("\n")[:4]
            if implementation == "CPython":
                found.setdefault(os.path.realpath(path), Interpreter(path, version, headers))
    return list(found.values())


_ALL = all_interpreters()
# As cli/setup.sh has it: supported is what there is a table of.
SUPPORTED = [
    interpreter
    for interpreter in _ALL
    if interpreter.version.startswith("3.") and (LAYOUTS / ("python_3_%d.h" % interpreter.minor)).exists()
]
UNSUPPORTED = [interpreter for interpreter in _ALL if interpreter not in SUPPORTED]


def for_each_interpreter(test_case):
    """Replaces a TestCase by one per interpreter that heapscan supports, its attribute `python`.

    If the test case has an attribute `least_minor`, only interpreters from that version on are used.
    """
    if not SUPPORTED:
        sys.exit("no CPython that heapscan supports found: looked at %s" % ", ".join(map(str, _ALL)))
    module = sys.modules[test_case.__module__]
    for number, python in enumerate(SUPPORTED):
        if python.minor < getattr(test_case, "least_minor", 0):
            continue
        print("with %s" % python, file=sys.stderr)
        name = "%s_%s_%d" % (test_case.__name__, python.version.replace(".", "_"), number)
        made = type(name, (test_case, unittest.TestCase), {"python": python, "__module__": test_case.__module__})
        made.__qualname__ = name
        setattr(module, name, made)


EXECUTABLE = os.environ.get("HEAPSCAN", "")
if not os.access(EXECUTABLE, os.X_OK):
    sys.exit("HEAPSCAN must be the path of the heapscan executable; it is '%s'" % EXECUTABLE)


def start_heapscan(*arguments, **options):
    return subprocess.Popen(
        [EXECUTABLE, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def heapscan(*arguments, status=0, **options):
    """Runs heapscan to completion, and fails unless it exits with this status."""
    process = start_heapscan(*arguments, **options)
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        err += "\n(killed after %d s)" % PATIENCE
    if status is not None and process.returncode != status:
        raise AssertionError(
            "heapscan %s: exit status %d where %d was expected\nstdout: %s\nstderr: %s"
            % (" ".join(map(str, arguments)), process.returncode, status, out[-2000:], err[-4000:])
        )
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def status_field(pid, name):
    """A field of /proc/PID/status: "State", "TracerPid"."""
    for line in pathlib.Path("/proc/%d/status" % pid).read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split(":", 1)[1].strip()
    raise KeyError(name)


def await_file(path):
    deadline = time.monotonic() + PATIENCE
    while not os.path.exists(path):
        if time.monotonic() > deadline:
            raise AssertionError("%s does not appear" % path)
        time.sleep(0.05)


class Program:
    """A program that answers each byte on its standard input with the line "here".

    Its first line says that it is ready. Use it as a context manager, which kills it at the end.
    """

    def __init__(self, *command, ready="ready", **options):
        self.process = subprocess.Popen(
            list(map(str, command)),
            **options,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self.pid = self.process.pid
        try:
            self.expect(ready)
            self.wait_until_asleep()
        except BaseException:
            self.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def expect(self, line):
        got = self.process.stdout.readline().decode().rstrip("\n")
        if got != line:
            raise AssertionError("the program said '%s' where '%s' was expected" % (got, line))

    def ask(self):
        """Fails unless the program is running and answers."""
        self.process.stdin.write(b"?")
        self.expect("here")

    def wait_until_asleep(self):
        """Waits until its main thread blocks reading its standard input."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            call = pathlib.Path("/proc/%d/syscall" % self.pid).read_text().split()
            if call[:2] == ["0", "0x0"] and status_field(self.pid, "State").startswith("S"):
                return
            time.sleep(0.005)
        raise AssertionError("process %d never waited for its input" % self.pid)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def run_python(python, program, *arguments, **options):
    return Program(python.path, PROGRAMS / program, *arguments, **options)


class Workplace:
    """A directory for one test. Its mode is 0700, because nobody else may read dumps.

    Use it as a context manager, or call remove().
    """

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="heapscan-test-")
        self.path = pathlib.Path(self._directory.name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def __truediv__(self, name):
        return self.path / name

    def files(self):
        return sorted(entry.name for entry in self.path.iterdir())

    def remove(self):
        self._directory.cleanup()
