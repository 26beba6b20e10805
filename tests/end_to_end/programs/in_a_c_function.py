"""A program that spends nearly all its time in one call of native code that holds the GIL."""

import os

os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
    sum(range(60_000_000))
