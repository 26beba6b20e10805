"""Captures of random object graphs (programs/random_graph.py) report exactly what the interpreter
reports, and find unreachable exactly what its collector finds unreachable.

HEAPSCAN_GRAPHS is the number of graphs. The name of the test class has the seed of the first graph of
its batch.
"""

import os
import sys
import unittest

from capture_agrees_with_the_interpreter_test import CaptureAgreesWithTheInterpreter
from processes import for_each_interpreter

GRAPHS = int(os.environ.get("HEAPSCAN_GRAPHS", "50"))
BATCH = 25


class RandomGraphsAgree(CaptureAgreesWithTheInterpreter):
    program = "random_graph.py"
    blocked = ()


for seed in range(1, GRAPHS + 1, BATCH):
    name = "RandomGraphsFrom%d" % seed
    made = type(name, (RandomGraphsAgree,), {"arguments": (seed, min(BATCH, GRAPHS + 1 - seed))})
    for_each_interpreter(made)

if __name__ == "__main__":
    unittest.main()
