"""Compares the options and variables in each --help with those in the manual page, both ways.

Usage: man_matches_help.py HEAPSCAN MAN_DIRECTORY
"""

import pathlib
import re
import subprocess
import sys

VERBS = ["", "capture", "demo", "diff", "export", "gate", "inspect", "load", "sql"]
# What the terminal is asked by, which is no default of an option.
NOT_OPTIONS = {"NO_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS"}


def of_help(program, verb):
    command = [program] + ([verb] if verb else []) + ["--help"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
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
    for verb in VERBS:
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
