"""A program whose interpreter looks like a build that heapscan does not support.

Usage: disguised.py musl|free-threaded|"no table"|"other structures". The interpreter itself never
reads what is changed here.
"""

import ctypes
import mmap
import os
import sys
import tempfile


def change_runtime(place, change):
    runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.PyDLL(None), "_PyRuntime"))
    word = ctypes.c_uint64.from_address(runtime + place)
    word.value = change(word.value)


def map_a_library_of(name):
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, name), "w+b") as library:
            library.write(bytes(4096))
            library.flush()
            return mmap.mmap(library.fileno(), 4096, prot=mmap.PROT_READ)


if sys.argv[1] == "musl":
    kept = map_a_library_of("ld-musl-x86_64.so.1")
elif sys.argv[1] == "free-threaded":
    change_runtime(16, lambda old: 1)
elif sys.argv[1] == "no table":
    change_runtime(0, lambda old: 0)
else:
    change_runtime(40, lambda old: old + 8)
os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
