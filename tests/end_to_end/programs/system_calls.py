"""Threads in system calls of different kinds; prints on standard output how each call ended.

Answers like the other programs, and prints the results at the end of its input.
"""

import ctypes
import hashlib
import os
import select
import socket
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)
LONG = 3.0  # Seconds.
results = {}


def timed(call):
    began = time.monotonic()
    value = call()
    return value, time.monotonic() - began


def sleeps():
    return timed(lambda: time.sleep(LONG))


def sleeps_in_c():
    """Calls it without anything in Python that would retry."""
    wanted = (ctypes.c_long * 2)(int(LONG), 0)
    return timed(lambda: libc.nanosleep(wanted, None))


def polls_in_c():
    return timed(lambda: libc.poll(None, 0, int(LONG * 1000)))


def waits_for_events():
    return timed(lambda: select.epoll().poll(LONG))


def waits_for_a_lock():
    lock = threading.Lock()
    lock.acquire()
    return timed(lambda: lock.acquire(timeout=LONG))


def reads_from_a_socket():
    ours, theirs = socket.socketpair()
    threading.Timer(LONG, theirs.send, (b"late",)).start()
    return timed(lambda: ours.recv(10))


def computes_in_c():
    """Calls it without holding the GIL."""

    def work():
        began, rounds = time.monotonic(), 0
        while time.monotonic() - began < LONG:
            hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", 100_000)
            rounds += 1
        return rounds > 0

    return timed(work)


def run(function):
    results[function.__name__] = function()


CALLS = (
    sleeps, sleeps_in_c, polls_in_c, waits_for_events, waits_for_a_lock, reads_from_a_socket,
    computes_in_c,
)
threads = [threading.Thread(target=run, args=(function,)) for function in CALLS]
for thread in threads:
    thread.start()
os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
for thread in threads:
    thread.join()
for name, (value, seconds) in sorted(results.items()):
    print("%s %r %.3f" % (name, value, seconds))
