"""Compares the options and variables in each --help with those in the manual page, both ways.

Usage: man_matches_help.py HEAPSCAN MAN_DIRECTORY
"""

import pathlib
import re
import subprocess
import sys

# Variables that say something about the terminal, not defaults of options.
NOT_OPTIONS = {"NO_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS"}


def help_text(program, verb):
    command = [program] + ([verb] if verb else []) + ["--help"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def verbs_of(program):
    """The verbs in the program's own help."""
    section = re.search(r"^Verbs:\n((?:  .*\n)+)", help_text(program, ""), re.MULTILINE).group(1)
    return re.findall(r"^  (\w+)", section, re.MULTILINE)


def of_help(program, verb):
    text = help_text(program, verb)
    names = set(re.findall(r"\[(HEAPSCAN_\w+|TMPDIR)\]", text))
    for line in text.splitlines():
        option = re.match(r"  (-[\w,-]+)", line)
        if option:
            names.update(option.group(1).split(","))
    return names


def of_page(page):
    names = set()
    for line in page.read_text().splitlines():
        if line.startswith(".It Fl"):
            names.update("-" + name for name in re.findall(r"Fl (-?[\w-]+)", line))
        elif line.startswith(".It Ev"):
            names.update(re.findall(r"[A-Z][A-Z_]+", line[len(".It Ev"):]))
    return names - NOT_OPTIONS


def main():
    program, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    differences = []
    for verb in ["", *verbs_of(program)]:
        page = directory / ("heapscan-" + verb + ".1" if verb else "heapscan.1")
        in_help, in_page = of_help(program, verb), of_page(page)
        if not verb:
            # The overview names the variables that all verbs have.
            in_page -= {"HEAPSCAN_COLOR", "HEAPSCAN_PROGRESS"}
        if not in_help:
            differences.append(f"{page.name}: --help shows no options at all")
        for name in sorted(in_help - in_page):
            differences.append(f"{page.name}: does not have {name} of --help")
        for name in sorted(in_page - in_help):
            differences.append(f"{page.name}: has {name}, which --help has not")
    sys.exit("\n".join(differences) or None)


main()
