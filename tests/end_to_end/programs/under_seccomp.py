"""A program that answers, under a seccomp filter that allows everything."""

import ctypes
import os
import struct

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
RETURN_ALLOW = struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)

libc = ctypes.CDLL(None, use_errno=True)
instructions = ctypes.create_string_buffer(RETURN_ALLOW, len(RETURN_ALLOW))
filter_program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", 1, ctypes.addressof(instructions)))
assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
assert libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_program, 0, 0) == 0
os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
