"""Performs the actions given as arguments, one after another:

mark           makes a mark, and waits for the capture
leak           keeps another hundred objects
signal:S       makes a mark by a signal, and sleeps for S seconds
sleep:S        sleeps for S seconds
fork           makes a mark in a child process
close          closes the descriptor, so that no mark can follow
child          starts another Python that prints its PYTHONPATH and its sitecustomize
environment    prints PYTHONPATH
exit:N         exits with status N
kill:N         sends itself signal N
"""

import gc
import os
import signal
import subprocess
import sys
import time

MARKS = int(os.environ.get("HEAPSCAN_MARK_FD", "-1"))
_LEAKED = []


class Leaked:
    __slots__ = ("a", "b", "c", "d")


def mark():
    gc.collect()
    os.write(MARKS, b"mark\n")
    os.read(MARKS, 1)


def fork():
    child = os.fork()
    if child == 0:
        mark()
        os._exit(0)
    os.waitpid(child, 0)


def child():
    code = (
        "import os, sys; print('child', os.environ.get('PYTHONPATH'), "
        "getattr(sys.modules.get('sitecustomize'), '__file__', None))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


for action in sys.argv[1:]:
    name, _, argument = action.partition(":")
    if name == "mark":
        mark()
    elif name == "leak":
        _LEAKED.extend(Leaked() for _ in range(100))
    elif name == "signal":
        os.kill(int(os.environ["HEAPSCAN_MARK_PID"]), signal.SIGUSR1)
        time.sleep(float(argument))
    elif name == "close":
        os.close(MARKS)
    elif name == "fork":
        fork()
    elif name == "child":
        child()
    elif name == "environment":
        print("PYTHONPATH", os.environ.get("PYTHONPATH"), flush=True)
    elif name == "exit":
        sys.exit(int(argument))
    elif name == "kill":
        os.kill(os.getpid(), int(argument))
    elif name == "sleep":
        time.sleep(float(argument))
    else:
        sys.exit("unknown action " + action)
