"""A program with N threads, each blocked in a function with locals. Usage: many_threads.py N."""

import os
import sys
import threading

started = threading.Semaphore(0)
never = threading.Lock()
never.acquire()


def wait(number):
    only_here = ["a local of thread %d" % number]
    started.release()
    never.acquire()
    return only_here


for number in range(int(sys.argv[1])):
    threading.Thread(target=wait, args=(number,), daemon=True, name="waiter-%d" % number).start()
    started.acquire()
os.write(1, b"ready\n")
while os.read(0, 1):
    os.write(1, b"here\n")
os._exit(0)
