"""A program that is nearly always inside one call of C code that holds the interpreter's lock."""

import os

os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
    sum(range(60_000_000))
