"""Fetches builds of CPython that distributions ship, to run beside those of the machine:

    python3 tests/support/fetch_interpreters.py VERSION...

    python3 tests/support/fetch_interpreters.py 3.14 3.14.0 3.12.3

VERSION is "3.14" (any such) or "3.14.10". Each is put under build/interpreters, as
build/interpreters/3.14.10/usr/bin/python3.14, where the end-to-end tests look for it; one that is
there already is not fetched again. The packages of the interpreter and of the libraries that it
needs come out of one suite of Debian's or Ubuntu's archive, so that an interpreter runs where the
system's C library is older than it wants. They are checked against the SHA256 of the suite's index
and unpacked, not installed. Needs dpkg and patchelf.

Exit status: 0 when all are there, 1 when one is not to be had (said on standard error).
"""

import collections
import hashlib
import lzma
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

PLACE = pathlib.Path(__file__).resolve().parents[2] / "build" / "interpreters"
PATIENCE = 60  # Seconds without an answer after which an archive is taken to be gone.

Archive = collections.namedtuple("Archive", "url suites")
_DEBIAN = "http://deb.debian.org/debian"
_UBUNTU = "http://archive.ubuntu.com/ubuntu"
# Of several that have a version, the first one is asked. A later suite of one archive has the newer
# packages.
ARCHIVES = [
    Archive(_DEBIAN, ["forky/main"]),
    Archive(_DEBIAN, ["sid/main"]),
    Archive(_UBUNTU, ["resolute/main"]),
    Archive(_UBUNTU, ["questing/main", "questing/universe"]),
    Archive(_UBUNTU, ["noble/main"]),
    Archive(_UBUNTU, ["jammy/main"]),
    Archive(_UBUNTU, ["focal/main"]),
]

# Of what an interpreter depends on, these are programs and libraries; the rest is configuration.
_WANTED = re.compile(r"(lib(?!c-gconv|c-bin)(?!.*-dev$)|zlib1g$|python3\.)")
_UNUSED = ("*.a", "./usr/share", "./usr/lib/*/gconv")


class NotToBeHad(Exception):
    pass


def download(url):
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise NotToBeHad("%s: %s" % (url, error)) from error


def read_index(archive):
    """{package: {field: text}} of an archive's suites."""
    packages = {}
    for suite in archive.suites:
        url = "%s/dists/%s/binary-amd64/Packages.xz" % (archive.url, suite)
        for paragraph in lzma.decompress(download(url)).decode("utf-8").split("\n\n"):
            fields = dict(re.findall(r"^([\w-]+): (.*)$", paragraph, re.MULTILINE))
            if "Package" in fields:
                packages[fields["Package"]] = fields
    return packages


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


def unpack(archive, fields, root):
    package = root / "package.deb"
    content = download("%s/%s" % (archive.url, fields["Filename"]))
    if hashlib.sha256(content).hexdigest() != fields["SHA256"]:
        raise NotToBeHad("%s is not what the archive's index says" % fields["Filename"])
    package.write_bytes(content)
    with subprocess.Popen(["dpkg", "--fsys-tarfile", package], stdout=subprocess.PIPE) as tar:
        excluded = ["--exclude=" + pattern for pattern in _UNUSED]
        subprocess.run(["tar", "-x", "-C", root, *excluded], stdin=tar.stdout, check=True)
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


def fetch(archive, packages, version, minor):
    place = PLACE / version
    root = place.with_name(version + ".part")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    names = [name % minor for name in ("python3.%d-minimal", "libpython3.%d-stdlib", "libpython3.%d-dev")]
    for name in with_dependencies(packages, names):
        unpack(archive, packages[name], root)
    settle(root, place, minor)
    shutil.rmtree(place, ignore_errors=True)
    os.rename(root, place)
    return place


def is_wanted(version, wanted):
    return version == wanted or version.startswith(wanted + ".")


def runs(place, minor):
    program = place / "usr" / "bin" / ("python3.%d" % minor)
    return subprocess.run([program, "-c", "import ctypes, ssl, sqlite3"], stderr=subprocess.DEVNULL).returncode == 0


def provide(wanted, indexes):
    """The folder of an interpreter of this version. `indexes` keeps what was read of archives."""
    minor = int(wanted.split(".")[1])
    there = sorted(PLACE.glob(wanted + "*"))
    for place in there:
        if place.suffix != ".part" and is_wanted(place.name, wanted) and runs(place, minor):
            return place
    faults = []
    for archive in ARCHIVES:
        name = "/".join([archive.url, *archive.suites])
        try:
            if name not in indexes:
                indexes[name] = read_index(archive)
            # "1:3.14.10-1ubuntu1" is version 3.14.10.
            packed = indexes[name].get("python3.%d-minimal" % minor, {}).get("Version", "")
            version = re.split("[-~+]", packed.split(":")[-1])[0]
            if not is_wanted(version, wanted):
                faults.append("%s has %s" % (name, version or "none"))
                continue
            place = fetch(archive, indexes[name], version, minor)
            if runs(place, minor):
                return place
            faults.append("%s: the interpreter does not run" % place)
        except (NotToBeHad, subprocess.CalledProcessError) as error:
            faults.append(str(error))
    raise NotToBeHad("CPython %s cannot be fetched:\n  %s" % (wanted, "\n  ".join(faults)))


def main():
    wanted = sys.argv[1:]
    if not wanted or not all(re.fullmatch(r"3\.\d+(\.\d+)?", version) for version in wanted):
        sys.exit(__doc__)
    missing = [tool for tool in ("dpkg", "patchelf", "tar") if not shutil.which(tool)]
    if missing:
        sys.exit("%s: missing: %s" % (sys.argv[0], ", ".join(missing)))
    indexes = {}
    status = 0
    for version in wanted:
        try:
            print(provide(version, indexes))
        except NotToBeHad as error:
            print("%s: %s" % (sys.argv[0], error), file=sys.stderr)
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
