"""The bundled runtime and CPython behave the same: random programs run on both, line by line.

These are compared: reference counts, what gc tracks, sizes, what each collection of each generation
finds, and the order in which finalizers and weak callbacks run, both in reference counting and in
collections.

These are not, because the two differ: the sizes of dicts with only str keys and of instances with a
dict (3.11 stores both more compactly), of deques and sets (which have other tables), and the order in
which the items of a set die (by insertion here, by hash in CPython).
"""

import collections
import gc
import os
import random
import subprocess
import sys
import types
import unittest
import weakref

PROGRAMS = 100
STEPS = 3000
MOST_HELD = 40


class Program:
    """A random program that runs here, and records its script and what it observed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.script, self.seen = [], []
        self.held = {-1: []}
        self.weak_numbers = {}
        self.next = 0
        seen = self.seen

        class Node:
            __slots__ = ("a", "b", "name", "__weakref__")

            def __del__(self):
                seen.append(f"finalized {self.name}")

        self.node_type = Node
        self.on_death = lambda reference: seen.append(f"dead {self.weak_numbers[id(reference)]}")
        # What holds the objects is put where no collection looks, as Refs of C++ are. A dict without
        # containers could not be: it is not tracked.
        gc.collect()
        gc.freeze()
        del self.held[-1]

    def write(self, *words):
        self.script.append(" ".join(map(str, words)))

    def pick(self):
        return self.random.choice(list(self.held))

    def make(self):
        number, self.next = self.next, self.next + 1
        kind = self.random.choice(["list", "node", "node", "dict", "deque", "cell", "tuple", "weak"])
        if kind == "tuple":
            items = [self.pick() for _ in range(self.random.randrange(4))] if self.held else []
            self.write("tuple", number, *items)
            self.held[number] = tuple([self.held[item] for item in items])
            return
        if kind == "weak":
            nodes = [n for n, made in self.held.items() if type(made) is self.node_type]
            if not nodes:
                return
            node = self.random.choice(nodes)
            self.write("weak", number, node)
            self.held[number] = weakref.ref(self.held[node], self.on_death)
            self.weak_numbers[id(self.held[number])] = number
            return
        self.write(kind, number)
        if kind == "node":
            self.held[number] = self.node_type()
            self.held[number].name = f"n{number}"
        else:
            self.held[number] = {
                "list": list,
                "dict": dict,
                "deque": collections.deque,
                "cell": types.CellType,
            }[kind]()

    def link(self):
        source, target = self.pick(), self.pick()
        holder, item = self.held[source], self.held[target]
        if type(holder) is list:
            self.write("append", source, target)
            holder.append(item)
        elif type(holder) is collections.deque:
            self.write("push", source, target)
            holder.append(item)
        elif type(holder) is types.CellType:
            self.write("set_cell", source, target)
            holder.cell_contents = item
        elif type(holder) is dict:
            key = self.random.randrange(12)
            self.write("set_item", source, key, target)
            holder[key] = item
        elif type(holder) is self.node_type:
            slot = self.random.choice("ab")
            self.write(f"set_{slot}", source, target)
            setattr(holder, slot, item)

    def unlink(self):
        source = self.pick()
        holder = self.held[source]
        if type(holder) is list and holder:
            position = self.random.randrange(len(holder))
            self.write("remove_at", source, position)
            del holder[position]
        elif type(holder) is collections.deque and holder:
            self.write("pop_left", source)
            holder.popleft()
        elif type(holder) is dict and holder:
            key = self.random.choice(list(holder))
            self.write("remove_item", source, key)
            del holder[key]

    def show(self):
        number = self.pick()
        # One more for the argument; the empty tuple is shared by all of CPython.
        count = sys.getrefcount(self.held[number]) - 1
        if self.held[number] == () or type(self.held[number]) is collections.deque:
            return
        self.write("show", number)
        tracked = int(gc.is_tracked(self.held[number]))
        self.seen.append(f"shown {count} {tracked} {sys.getsizeof(self.held[number])}")

    def drop(self):
        number = self.pick()
        self.write("drop", number)
        del self.held[number]

    def collect(self):
        generation = self.random.randrange(3)
        self.write("collect", generation)
        self.seen.append(f"collected {gc.collect(generation)}")

    def step(self):
        if not self.held:
            return self.make()
        steps = [self.make, self.link, self.unlink, self.show, self.drop, self.collect]
        weights = [20, 45, 4, 12, 17, 2] if len(self.held) < MOST_HELD else [0, 40, 4, 12, 40, 2]
        self.random.choices(steps, weights)[0]()


@unittest.skipUnless(
    sys.implementation.name == "cpython" and (3, 11) <= sys.version_info < (3, 12),
    "the runtime has the sizes and the collector of CPython 3.11",
)
class TheRuntimeAgreesWithPython(unittest.TestCase):
    maxDiff = None

    def test_random_programs_do_the_same(self):
        gc.disable()
        collections_that_found, finalized = 0, 0
        for seed in range(PROGRAMS):
            program = Program(seed)
            for _ in range(STEPS):
                program.step()
            seen = list(program.seen)
            output = subprocess.run(
                [os.environ["HEAP_SCRIPT"]],
                input="\n".join(program.script) + "\nend\n",
                capture_output=True,
                text=True,
                check=True,
            ).stdout.splitlines()
            there = output[: output.index("end")]
            for line, (mine, other) in enumerate(zip(seen, there)):
                self.assertEqual(mine, other, f"seed {seed}, line {line} of what was seen")
            self.assertEqual(len(seen), len(there), f"seed {seed}")
            collections_that_found += sum(
                text.startswith("collected ") and text != "collected 0" for text in seen
            )
            finalized += sum(text.startswith("finalized") for text in seen)
        self.assertGreater(collections_that_found, PROGRAMS)
        self.assertGreater(finalized, 50 * PROGRAMS)


if __name__ == "__main__":
    unittest.main()
