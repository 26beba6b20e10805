"""A program that only answers (see processes.Program). Runs on every Python since 2.7."""

import os

os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
