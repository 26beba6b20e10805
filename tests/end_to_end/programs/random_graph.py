"""A program with random object graphs; it keeps some parts of them and loses others.

Usage: random_graph.py REPORT SEED COUNT. Creates COUNT graphs, from consecutive seeds that start with
SEED, then reports them (see oracle.py). The same seed gives the same graph on the same interpreter.
"""

import array
import collections
import contextvars
import functools
import gc
import itertools
import operator
import random
import sys
import types
import weakref

import oracle

KEPT = []


class Node:
    pass


class Slotted:
    __slots__ = ("first", "second", "third", "__weakref__")


class SlottedDict(Slotted):
    pass


class ListNode(list):
    pass


class DictNode(dict):
    pass


class TupleNode(tuple):
    pass


class DequeNode(collections.deque):
    pass


class ErrorNode(Exception):
    pass


class Finalized(Node):
    def __del__(self):
        self.finalized = True


class Clearing(Node):
    """Its finalizer drops what the object holds."""

    def __del__(self):
        self.__dict__.clear()


class Callable(Node):
    def __call__(self, *arguments):
        return self.__dict__


class Graph:
    """Objects that refer to one another at random.

    Containers are created first, empty, and filled last, with targets chosen from all objects. Objects
    that need their targets at creation (a tuple, a closure, a frame) come in between, and get targets
    among those that already exist.
    """

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.objects = []
        self.hashable = []

    def pick(self):
        if self.random.random() < 0.15 or not self.objects:
            return self.leaf()
        return self.random.choice(self.objects)

    def some(self, most=4):
        return [self.pick() for _ in range(self.random.randrange(most + 1))]

    def key(self):
        if self.hashable and self.random.random() < 0.3:
            return self.random.choice(self.hashable)
        return self.random.choice((self.name(), self.random.randrange(10**6), (1, self.name())))

    def name(self):
        return "name_%d" % self.random.randrange(40)

    def leaf(self):
        number = self.random.randrange(10**9)
        return self.random.choice(
            (
                None,
                True,
                number,
                number * 1.5,
                "text %d" % number,
                b"bytes %d" % number,
                2**100 + number,
                complex(number, 1),
                range(number),
                bytearray(number % 50),
                array.array("i", [number]),
                frozenset((number, "in a frozenset")),
                slice(number, None),
            )
        )

    def build(self, size):
        makers = sorted(name for name in dir(self) if name.startswith("make_"))
        for _ in range(size):
            made = getattr(self, self.random.choice(makers))()
            self.objects.append(made)
            try:
                hash(made)
            except (TypeError, ValueError):  # Unhashable, or holds what is.
                continue
            self.hashable.append(made)
        self.objects = [made for made in self.objects if made is not None]
        self.connect()
        return self

    def connect(self):
        for made in self.objects:
            for _ in range(self.random.randrange(4)):
                self.give(made, self.pick())

    def give(self, holder, target):
        if isinstance(holder, (list, collections.deque)):
            holder.append(target)
        elif isinstance(holder, dict):
            holder[self.key()] = target
        elif isinstance(holder, set):
            holder.add(self.key())
        elif isinstance(holder, Slotted) and type(holder) is Slotted:
            setattr(holder, self.random.choice(Slotted.__slots__[:3]), target)
        elif isinstance(holder, types.CellType):
            holder.cell_contents = target
        elif isinstance(holder, types.GeneratorType) and holder.gi_frame and not holder.gi_running:
            try:
                holder.send(target)
            except TypeError:  # It has not started.
                next(holder)
            except (StopIteration, AttributeError):  # At its end; delegates to what takes nothing.
                pass
        elif isinstance(holder, (Node, Slotted, type, types.FunctionType, types.ModuleType, ErrorNode)):
            setattr(holder, self.name(), target)
        elif isinstance(holder, functools.partial) and self.random.random() < 0.5:
            holder.__setstate__((holder.func, (target,), {self.name(): target}, {}))

    def lose(self):
        """Keeps a few of the objects, or one, or none."""
        kept = self.random.sample(self.objects, self.random.choice((0, 1, 5, len(self.objects) // 10)))
        self.objects = self.hashable = None
        return kept

    # Holders.

    def make_node(self):
        return self.random.choice((Node, Node, Node, SlottedDict, Slotted, Callable))()

    def make_list(self):
        return self.random.choice((list, list, ListNode))()

    def make_dict(self):
        return self.random.choice((dict, dict, DictNode, collections.OrderedDict, collections.Counter))()

    def make_default_dict(self):
        return collections.defaultdict(self.random.choice((list, None)))

    def make_set(self):
        return set()

    def make_deque(self):
        return self.random.choice((collections.deque(), DequeNode(), collections.deque(maxlen=3)))

    def make_materialised(self):
        node = Node()
        for _ in range(self.random.randrange(12)):
            setattr(node, self.name(), self.pick())
        node.__dict__[self.name()] = node.__dict__ if self.random.random() < 0.3 else self.pick()
        return node

    def make_finalized(self):
        return self.random.choice((Finalized, Clearing))()

    def make_module(self):
        return types.ModuleType(self.name(), "made at random")

    def make_class(self):
        bases = self.random.choice(((), (Node,), (list,), (Node, DictNode)))
        return type(self.name(), bases, {self.name(): self.pick(), "method": lambda self: __class__})

    def make_instance_of_a_class(self):
        found = [made for made in self.objects if isinstance(made, type)]
        return self.random.choice(found)() if found else Node()

    # What is made of its targets.

    def make_tuple(self):
        return self.random.choice((tuple, TupleNode))(self.some())

    def make_frozenset(self):
        return frozenset(self.key() for _ in range(3))

    def make_function(self):
        held, other = self.pick(), self.pick()

        def made(argument=other, *, keyword=self.pick()):
            return held, argument, keyword, made

        return made

    def make_cell(self):
        return types.CellType(self.pick())

    def make_method(self):
        return types.MethodType(self.random.choice((len, print, Node)), self.random.choice((Node(), self.pick() or 0)))

    def make_builtin_method(self):
        return [self.pick()].append

    def make_partial(self):
        return functools.partial(print, *self.some(), **{self.name(): self.pick()})

    def make_cached(self):
        cached = functools.lru_cache(maxsize=self.random.choice((None, 4)))(lambda *arguments: arguments)
        for _ in range(6):
            cached(self.key(), self.random.random())
        return cached

    def make_generator(self):
        def generate(held):
            received = []
            while len(received) < 3:
                received.append((yield [held, (received, (yield held))]))
            return received

        made = generate(self.pick())
        for _ in range(self.random.randrange(2)):
            next(made)
        return made

    def make_delegating_generator(self):
        def inner(held):
            yield held

        def outer(held):
            yield from inner([held])

        made = outer(self.pick())
        next(made)
        return made

    def make_coroutine(self):
        @types.coroutine
        def wait(held):
            yield held

        async def run(held):
            await wait([held, run])

        made = run(self.pick())
        made.send(None)
        return made

    def make_async_generator(self):
        async def generate(held):
            yield [held]

        made = generate(self.pick())
        started = made.asend(None)
        try:
            started.send(None)
        except StopIteration:
            pass
        return made

    def make_iterator(self):
        data = [self.pick() for _ in range(3)]
        made = self.random.choice(
            (
                iter(data),
                reversed(data),
                enumerate(data),
                zip(data, data),
                map(str, data),
                filter(None, data),
                iter(dict(enumerate(data)).items()),
                iter(collections.deque(data)),
                itertools.chain(data, [data]),
                itertools.cycle(data),
                itertools.islice(data, 2),
                itertools.product(data, data),
                itertools.tee(data)[0],
                itertools.accumulate([[1], [2]], operator.add),
                itertools.groupby([1, 1, 2]),
            )
        )
        if self.random.random() < 0.5:
            next(made, None)
        return made

    def make_view(self):
        mapping = {self.key(): self.pick() for _ in range(3)}
        return self.random.choice((mapping.keys(), mapping.values(), mapping.items(), types.MappingProxyType(mapping)))

    def make_weak_reference(self):
        found = [made for made in self.hashable if isinstance(made, (Node, Slotted, type, types.FunctionType))]
        if not found:
            return [None]
        target = self.random.choice(found)
        # When the target dies, its callbacks and values go, though something alive holds them: so
        # they are held once more.
        held = self.pick()

        def callback(dead):
            return held

        return self.random.choice(
            (
                weakref.ref(target),
                [weakref.ref(target, callback), callback],
                weakref.WeakSet([target]),
                weakref.WeakValueDictionary({"key": target}),
                [weakref.WeakKeyDictionary({target: held}), held],
            )
        )

    def make_error(self):
        local = [self.pick()]
        try:
            raise ErrorNode(local)
        except ErrorNode as error:
            kept = error
        return kept

    def make_property(self):
        return property(self.pick(), self.pick())

    def make_descriptor(self):
        return self.random.choice((classmethod, staticmethod))(self.pick())

    def make_super(self):
        return super(SlottedDict, SlottedDict())

    def make_view_of_memory(self):
        return memoryview(bytearray(self.random.randrange(1, 100)))

    def make_getter(self):
        return self.random.choice(
            (operator.itemgetter(*self.some(2), self.pick()), operator.methodcaller(self.name(), self.pick()))
        )

    def make_context(self):
        context = contextvars.copy_context()
        for _ in range(self.random.randrange(20)):
            context.run(contextvars.ContextVar(self.name()).set, self.pick())
        return context

    def make_slice(self):
        return slice(self.pick(), self.pick())

    def make_simple_namespace(self):
        return types.SimpleNamespace(**{self.name(): self.pick()})


def main():
    gc.disable()
    seed, count = int(sys.argv[2]), int(sys.argv[3])
    graphs = []
    for number in range(count):
        graphs.append(Graph(seed + number).build(150))
        if number in (count // 3, count // 2):
            gc.collect(1 if graphs[0].random.random() < 0.5 else 2)
    # Lost when no collection comes any more, from all generations.
    while graphs:
        KEPT.append(graphs.pop().lose())
    oracle.answer_commands(sys.argv[1])


if __name__ == "__main__":
    main()
