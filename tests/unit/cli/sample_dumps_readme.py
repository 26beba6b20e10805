"""Runs the commands in sample-dumps/README.md, and checks that they print the lines shown below them.

Usage: sample_dumps_readme.py HEAPSCAN SAMPLE_DUMPS
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def main():
    program, samples = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
    problems, command, left = [], None, []
    with tempfile.TemporaryDirectory() as folder:
        for dump in samples.glob("*.hsd"):
            shutil.copy(dump, folder)
        for line in (samples / "README.md").read_text().splitlines():
            if not line.startswith("    "):
                continue
            line = line[4:]
            if line.startswith("$ "):
                command = line[2:]
                if command.startswith("sqlite3") and shutil.which("sqlite3") is None:
                    command, left = None, []
                    continue
                done = subprocess.run(command, shell=True, cwd=folder, env=environment, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                left = done.stdout.splitlines()
                expected = 1 if " gate " in command else 0
                if done.returncode != expected:
                    problems.append(f"{command}: exit code {done.returncode}: {done.stderr}")
            elif line != "..." and command is not None:
                if line not in left:
                    problems.append(f"{command}: does not say: {line}")
                else:
                    left = left[left.index(line) + 1:]
    sys.exit("\n".join(problems) or None)


main()
