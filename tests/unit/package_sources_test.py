#!/usr/bin/env python3
"""The package sources of a machine are understood in both of apt's styles."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import package_sources
from package_sources import Source

ONE_LINE = """\
# deb http://mirror.example/debian buster main
deb http://mirror.example/debian bookworm main contrib # as installed
deb-src http://mirror.example/debian bookworm main

deb [arch=amd64,arm64 signed-by=/usr/share/keyrings/tools.gpg] https://tools.example/apt stable tools
"""

DEB822 = """\
Types: deb deb-src
# The nearest mirror.
URIs: http://mirror.example/ubuntu
Suites: noble noble-updates
Components: main universe
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBFCu
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: http://security.example/ubuntu
Suites: noble-security
Components: main

Enabled: no
Types: deb
URIs: http://old.example/ubuntu
Suites: noble
Components: main
"""

DEBIAN = Source(["deb"], ["http://mirror.example/debian"], ["bookworm"], ["main", "contrib"], {})


class PackageSources(unittest.TestCase):
    def test_of_the_one_line_style_have_options_and_comments(self):
        sources = package_sources.parse_list(ONE_LINE)
        self.assertEqual(len(sources), 3)
        self.assertEqual(sources[0], DEBIAN)
        self.assertEqual(sources[1].types, ["deb-src"])
        self.assertEqual(
            sources[2].fields,
            {"Architectures": "amd64 arm64", "Signed-By": "/usr/share/keyrings/tools.gpg"},
        )

    def test_of_the_deb822_style_may_be_disabled_and_hold_a_key(self):
        sources = package_sources.parse_deb822(DEB822)
        self.assertEqual(
            [source.uris for source in sources],
            [["http://mirror.example/ubuntu"], ["http://security.example/ubuntu"]],
        )
        self.assertEqual(sources[0].suites, ["noble", "noble-updates"])
        self.assertTrue(sources[0].fields["Signed-By"].endswith("-----END PGP PUBLIC KEY BLOCK-----"))

    def test_are_read_from_all_files_that_apt_reads(self):
        with tempfile.TemporaryDirectory() as directory:
            apt = pathlib.Path(directory)
            (apt / "sources.list.d").mkdir()
            (apt / "sources.list").write_text(ONE_LINE)
            (apt / "sources.list.d" / "ubuntu.sources").write_text(DEB822)
            (apt / "sources.list.d" / "ubuntu.sources.save").write_text(DEB822)
            self.assertEqual(len(package_sources.read_sources(apt)), 5)
            self.assertEqual(package_sources.read_sources(apt / "sources.list.d"), [])

    def test_of_the_distribution_are_those_with_binaries_of_its_release(self):
        sources = package_sources.parse_list(ONE_LINE) + package_sources.parse_deb822(DEB822)
        self.assertEqual(package_sources.find_distribution(sources, "bookworm"), DEBIAN)
        self.assertEqual(
            package_sources.find_distribution(sources, "noble").uris, ["http://mirror.example/ubuntu"]
        )
        self.assertIsNone(package_sources.find_distribution(sources, "trixie"))

    def test_name_another_suite_of_the_same_archive_with_its_key(self):
        ubuntu = package_sources.parse_deb822(DEB822)[0]
        text = package_sources.deb822(ubuntu, "jammy", ["main"])
        again = package_sources.parse_deb822(text)
        self.assertEqual(again, [ubuntu._replace(types=["deb"], suites=["jammy"], components=["main"])])


if __name__ == "__main__":
    unittest.main()
