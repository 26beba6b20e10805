"""Fetches builds of CPython that the machine's distribution ships, to run beside those of the machine:

    python3 tests/support/fetch_interpreters.py VERSION...

    python3 tests/support/fetch_interpreters.py 3.14 3.14.0 3.12.3

VERSION is "3.14" (any such) or "3.14.10". Each is put under build/interpreters, as
build/interpreters/3.14.10/usr/bin/python3.14, where the end-to-end tests look for it; one that is
there already is not fetched again. The packages of the interpreter and of the libraries that it
needs come out of one suite, which may be newer than the system, so that an interpreter runs where the
system's C library is older than it wants. They come from the mirror of Debian or Ubuntu that apt is
configured with here, by apt itself, which checks their signatures; apt keeps its lists for this
under build/interpreters/apt and touches nothing of the system's. The packages are unpacked, not
installed. Needs apt, dpkg and patchelf.

Exit status: 0 when all are there, 1 when one is unavailable (explained on standard error).
"""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

from package_sources import deb822, find_distribution, read_sources

PLACE = pathlib.Path(__file__).resolve().parents[2] / "build" / "interpreters"
PATIENCE = 60  # Seconds without an answer after which a mirror is taken to be down.

# By the distribution's ID (os-release(5)); the first suite that has a version is used.
SUITES = {
    "debian": ["forky", "sid"],
    "ubuntu": ["resolute", "questing", "noble", "jammy", "focal"],
}
COMPONENTS = {"debian": ["main"], "ubuntu": ["main", "universe"]}

# Of what an interpreter depends on, these are programs and libraries; the rest is configuration.
_WANTED = re.compile(r"(lib(?!c-gconv|c-bin)(?!.*-dev$)|zlib1g$|python3\.)")
_UNUSED = ("*.a", "./usr/share", "./usr/lib/*/gconv")


class Unavailable(Exception):
    pass


class Suite:
    """One suite of the distribution's archive, read by apt with lists of its own."""

    def __init__(self, distribution, source, name):
        self.name = name
        self._place = PLACE / "apt" / name
        self._sources = deb822(source, name, COMPONENTS[distribution])
        self._packages = None

    def packages(self):
        """{package: {field: text}}."""
        if self._packages is None:
            for directory in ("sources", "state/lists/partial", "cache/archives/partial"):
                (self._place / directory).mkdir(parents=True, exist_ok=True)
            (self._place / "sources" / "suite.sources").write_text(self._sources)
            (self._place / "state" / "status").touch()
            self._run("apt-get", "update", "--error-on=any")
            self._packages = {}
            for paragraph in self._run("apt-cache", "dumpavail").split("\n\n"):
                fields = dict(re.findall(r"^([\w-]+): (.*)$", paragraph, re.MULTILINE))
                if "Package" in fields:
                    self._packages[fields["Package"]] = fields
        return self._packages

    def download(self, names, directory):
        """Puts packages into a directory, as they are."""
        self._run("apt-get", "download", *names, directory=directory)

    def _run(self, program, *arguments, directory=None):
        options = {
            "Dir::Etc::SourceList": "/dev/null",
            "Dir::Etc::SourceParts": self._place / "sources",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": "/dev/null",
            "Dir::State": self._place / "state",
            "Dir::State::Status": self._place / "state" / "status",
            "Dir::Cache": self._place / "cache",
            "APT::Architecture": "amd64",
            "APT::Architectures": "amd64",
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            "Acquire::http::Timeout": PATIENCE,
            "Acquire::https::Timeout": PATIENCE,
        }
        command = [program, "-q"]
        for option, value in options.items():
            command += ["-o", "%s=%s" % (option, value)]
        done = subprocess.run([*command, *arguments], cwd=directory, capture_output=True, text=True)
        if done.returncode != 0:
            raise Unavailable("%s: %s %s: %s" % (self.name, program, arguments[0], done.stderr.strip()))
        return done.stdout


def with_dependencies(packages, names):
    """The names, and those of what they need of the same index."""
    found = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in found or name not in packages:
            continue
        found.add(name)
        for field in ("Depends", "Pre-Depends"):
            for wanted in packages[name].get(field, "").split(","):
                wanted = re.split(r"[ (:|]", wanted.strip())[0]
                if _WANTED.match(wanted) and not wanted.endswith("-data"):
                    pending.append(wanted)
    return sorted(found)


def unpack(package, root):
    with subprocess.Popen(["dpkg", "--fsys-tarfile", package], stdout=subprocess.PIPE) as tar:
        excluded = ["--exclude=" + pattern for pattern in _UNUSED]
        subprocess.run(["tar", "-x", "-C", root, *excluded], stdin=tar.stdout, check=True)
    if tar.returncode != 0:
        raise Unavailable("%s cannot be unpacked" % package)
    package.unlink()


def settle(root, place, minor):
    """Makes the interpreter of the folder `root` run out of the folder `place`, with its libraries."""
    directories = [name for name in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu") if (root / name).is_dir()]
    loader = next(name for name in directories if (root / name / "ld-linux-x86-64.so.2").exists())
    subprocess.run(
        [
            "patchelf",
            "--set-interpreter",
            place / loader / "ld-linux-x86-64.so.2",
            "--force-rpath",
            "--set-rpath",
            ":".join(str(place / name) for name in directories),
            root / "usr" / "bin" / ("python3.%d" % minor),
        ],
        check=True,
    )


def fetch(suite, version, minor):
    place = PLACE / version
    root = place.with_name(version + ".part")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    names = [name % minor for name in ("python3.%d-minimal", "libpython3.%d-stdlib", "libpython3.%d-dev")]
    suite.download(with_dependencies(suite.packages(), names), root)
    for package in sorted(root.glob("*.deb")):
        unpack(package, root)
    settle(root, place, minor)
    shutil.rmtree(place, ignore_errors=True)
    os.rename(root, place)
    return place


def is_wanted(version, wanted):
    return version == wanted or version.startswith(wanted + ".")


def runs(place, minor):
    program = place / "usr" / "bin" / ("python3.%d" % minor)
    return subprocess.run([program, "-c", "import ctypes, ssl, sqlite3"], stderr=subprocess.DEVNULL).returncode == 0


def provide(wanted, suites):
    """The folder of an interpreter of this version."""
    minor = int(wanted.split(".")[1])
    there = sorted(PLACE.glob(wanted + "*"))
    for place in there:
        if place.suffix != ".part" and is_wanted(place.name, wanted) and runs(place, minor):
            return place
    faults = []
    for suite in suites:
        try:
            # "1:3.14.10-1ubuntu1" is version 3.14.10.
            packed = suite.packages().get("python3.%d-minimal" % minor, {}).get("Version", "")
            version = re.split("[-~+]", packed.split(":")[-1])[0]
            if not is_wanted(version, wanted):
                faults.append("%s has %s" % (suite.name, version or "none"))
                continue
            place = fetch(suite, version, minor)
            if runs(place, minor):
                return place
            faults.append("%s: the interpreter does not run" % place)
        except (Unavailable, subprocess.CalledProcessError) as error:
            faults.append(str(error))
    raise Unavailable("CPython %s cannot be fetched:\n  %s" % (wanted, "\n  ".join(faults)))


def suites_here():
    """The suites of the distribution that this machine runs."""
    release = platform.freedesktop_os_release()
    distribution, own = release.get("ID", ""), release.get("VERSION_CODENAME", "")
    source = find_distribution(read_sources(), own)
    if distribution not in SUITES or source is None:
        raise Unavailable("apt is not configured here with a mirror of Debian or Ubuntu (%s)" % own)
    return [Suite(distribution, source, name) for name in SUITES[distribution]]


def main():
    wanted = sys.argv[1:]
    if not wanted or not all(re.fullmatch(r"3\.\d+(\.\d+)?", version) for version in wanted):
        sys.exit(__doc__)
    missing = [tool for tool in ("apt-get", "dpkg", "patchelf", "tar") if not shutil.which(tool)]
    if missing:
        sys.exit("%s: missing: %s" % (sys.argv[0], ", ".join(missing)))
    try:
        suites = suites_here()
    except Unavailable as error:
        sys.exit("%s: %s" % (sys.argv[0], error))
    status = 0
    for version in wanted:
        try:
            print(provide(version, suites))
        except Unavailable as error:
            print("%s: %s" % (sys.argv[0], error), file=sys.stderr)
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
