"""A program with one of everything that a CPython heap can contain.

Usage: known_contents.py REPORT. Builds its contents, then reports them (see oracle.py).
"""

import array
import asyncio
import collections
import contextvars
import dataclasses
import decimal
import enum
import fractions
import functools
import gc
import io
import itertools
import operator
import os
import queue
import re
import sys
import threading
import types
import typing
import weakref

import oracle

KEPT = {}  # The module-level cache.

# What only some versions have.
HAS_GENERIC_ALIASES = sys.version_info >= (3, 9)
HAS_TYPE_UNIONS = HAS_DATACLASS_SLOTS = HAS_PAIRWISE = sys.version_info >= (3, 10)
HAS_EXCEPTION_GROUPS = sys.version_info >= (3, 11)


class WithDict:
    class_attribute = ["of the class"]

    def __init__(self, number):
        self.number = number
        self.text = "number %d" % number

    def method(self):
        return self.number

    @property
    def doubled(self):
        return self.number * 2

    @classmethod
    def of_class(cls):
        return cls

    @staticmethod
    def static(value=[1, 2]):
        return value


class WithSlots:
    __slots__ = ("first", "second", "never_set")

    def __init__(self, first, second):
        self.first = first
        self.second = second


class WithInheritedSlots(WithSlots):
    __slots__ = ("third",)


class WithSlotsAndDict(WithSlots):
    pass


class WithSlotsDictAndWeakrefs(WithSlots):
    __slots__ = ("third", "__dict__", "__weakref__")


class WithSlotsAndWeakrefs:
    __slots__ = ("value", "__weakref__")


class ManyAttributes:
    pass


class Meta(type):
    def __new__(mcs, name, bases, namespace, **keywords):
        made = super().__new__(mcs, name, bases, namespace)
        made.registered = keywords
        return made


class MadeByMeta(metaclass=Meta, reason="a keyword"):
    pass


class Listed(list):
    pass


class Mapped(dict):
    pass


class Tupled(tuple):
    pass


class Numbered(int):
    pass


class Texted(str):
    pass


class SlottedList(list):
    __slots__ = ("note",)


class SlottedTuple(tuple):
    __slots__ = ()


class Floated(float):
    pass


class Bytesed(bytes):
    pass


class Setted(set):
    pass


class Deriving(WithDict, Mapped):
    pass


class Finalized:
    def __init__(self):
        self.other = None

    def __del__(self):
        self.other = "finalized"


class Colour(enum.Enum):
    RED = 1
    GREEN = "green"


class Bits(enum.IntFlag):
    ONE = 1
    TWO = 2


@dataclasses.dataclass
class Point:
    x: int
    y: int = 3
    tags: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, **({"slots": True} if HAS_DATACLASS_SLOTS else {}))
class FrozenPoint:
    x: int
    y: int


Named = collections.namedtuple("Named", "left right")
Typed = typing.TypedDict("Typed", {"key": str})
T = typing.TypeVar("T")


class Generic(typing.Generic[T]):
    pass


class Protocoled(typing.Protocol):
    def act(self) -> int: ...


class Failure(Exception):
    def __init__(self, detail):
        super().__init__("failed", detail)
        self.detail = detail


def counter(start):
    count = start
    history = []

    def step(by=1, *, note="none"):
        nonlocal count
        count += by
        history.append((count, note))
        return count

    return step


def unbound_cell():
    def inner():
        return later

    if inner is None:
        later = 1
    return inner


def generate(limit):
    local = {"a local of": "a generator"}
    for number in range(limit):
        received = yield number, local
        local[number] = received


def delegate(limit):
    result = yield from generate(limit)
    return result


async def wait_for(awaited):
    local = ["a local of a coroutine"]
    await awaited
    return local


async def generate_async():
    local = ["a local of an async generator"]
    yield local
    yield None


class Awaitable:
    def __await__(self):
        yield self


def suspended():
    fresh, started, done, delegating = generate(3), generate(3), generate(1), delegate(4)
    next(started)
    list(done)
    next(delegating)
    coroutine, unstarted = wait_for(Awaitable()), wait_for(Awaitable())
    coroutine.send(None)
    async_started, async_fresh = generate_async(), generate_async()
    asend = async_started.asend(None)
    try:
        asend.send(None)
    except StopIteration:
        pass
    expression = (number * 2 for number in [1, 2, 3])
    next(expression)
    return {
        "fresh": fresh,
        "started": started,
        "done": done,
        "delegating": delegating,
        "coroutine": coroutine,
        "unstarted": unstarted,
        "async started": async_started,
        "async fresh": async_fresh,
        "asend": asend,
        "another asend": async_fresh.asend(None),
        "expression": expression,
        "wrapper": unstarted.__await__(),
    }


def fail_deeply(depth, detail):
    local = ["a local that a traceback keeps", depth]
    if depth == 0:
        raise Failure(detail)
    try:
        fail_deeply(depth - 1, detail)
    except Failure as error:
        raise ValueError(local) from error


def exceptions():
    kept = [KeyError("key"), StopIteration(3), SystemExit(2), OSError(2, "text", "file"), Failure(1)]
    try:
        fail_deeply(2, "detail")
    except ValueError as error:
        kept.append(error)
    try:
        "text".encode("utf-8").decode("ascii") + "é".encode("ascii").decode()
    except UnicodeError as error:
        kept.append(error)
    try:
        compile("a b", "name", "exec")
    except SyntaxError as error:
        kept.append(error)
    try:
        import no_such_module_anywhere  # noqa: F401
    except ImportError as error:
        kept.append(error)
    try:
        undefined_name  # noqa: B018, F821
    except NameError as error:
        kept.append(error)
    try:
        WithSlots(1, 2).no_such_attribute
    except AttributeError as error:
        kept.append(error)
    if HAS_EXCEPTION_GROUPS:
        kept.append(ExceptionGroup("several", [ValueError(1), TypeError(2)]))
        kept[0].add_note("a note")
    return kept


def frames():
    frame = sys._getframe()
    local = "a local of a frame that has ended"
    return [frame, local]


def texts():
    return {
        "ascii": "plain " + str(12345),
        "latin1": "caf\xe9 " * 3,
        "ucs2": "\u0394\u03c9 " * 3,
        "ucs4": "\U0001f40d " * 3,
        "empty": "",
        "one": "x",
        "long": "long" * 5000,
        "utf8 cached": "Gr\xfc\xdfe " * 4,
        "bytes": b"bytes \0 with zero",
        "empty bytes": b"",
        "long bytes": b"long" * 5000,
        "bytearray": bytearray(b"changeable"),
        "empty bytearray": bytearray(),
        "grown bytearray": grown_bytearray(),
        "view": memoryview(bytearray(b"looked at")),
        "slice of view": memoryview(b"looked at in part")[3:8],
        "cast view": memoryview(bytes(64)).cast("I"),
        "array": array.array("d", range(100)),
        "empty array": array.array("b"),
        "string io": io.StringIO("text in memory"),
        "bytes io": io.BytesIO(b"bytes in memory"),
        "surrogate": "\udc80",
        "interned": sys.intern("interned only here"),
        "translation": str.maketrans("abc", "xyz"),
    }


def grown_bytearray():
    grown = bytearray()
    for number in range(3000):
        grown.append(number % 256)
    del grown[:5]
    return grown


def numbers():
    return [
        0,
        -5,
        256,
        257,
        -6,
        2**30 - 1,
        2**30,
        -(2**30),
        2**60,
        -(2**60) - 1,
        2**1000,
        3**2000,
        True,
        None,
        Ellipsis,
        NotImplemented,
        1.5,
        float("inf"),
        float("nan"),
        1 + 2j,
        decimal.Decimal("3.14159265358979323846"),
        fractions.Fraction(22, 7),
        Numbered(2**70),
        Numbered(7),
        Floated(2.5),
    ]


def containers():
    shared = ["shared by several"]
    grown = []
    for number in range(100):
        grown.append(number * 1000)
    del grown[40:]
    shrunk = dict.fromkeys(range(200))
    for number in range(190):
        del shrunk[number]
    mixed = {1: "int", "text": "str", (1, 2): "tuple", None: shared, 2.5: [], frozenset((1,)): 0}
    split = WithDict(5).__dict__
    big_set = set(range(5000))
    thinned = set(range(1000))
    thinned -= set(range(990))
    recursive = [1]
    recursive.append(recursive)
    ordered = collections.OrderedDict((str(number), [number]) for number in range(20))
    ordered.move_to_end("3")
    ordered.attribute = "of an OrderedDict"
    window = collections.deque(maxlen=100)
    window.extend(range(10000, 10300))
    return {
        "lists": [[], [1], [None] * 100, grown, shared, recursive, list(range(1000, 3000))],
        "tuples": [(), (1,), (1, "two", 3.0), tuple(range(300, 600)), (shared, shared), ([],)],
        "dicts": [{}, {"a": 1}, {"a": shared}, mixed, shrunk, split, dict.fromkeys("abcdef", shared)],
        "int keys": {number: str(number) for number in range(3000)},
        "text keys": {str(number): number for number in range(70000, 71000)},
        "copy": dict({"copied": shared, "x": 1}),
        "sets": [set(), {1, 2, 3}, {"a", (1, 2)}, big_set, thinned, frozenset(), frozenset("ab")],
        "frozen in set": {frozenset((1, 2)), frozenset(("a", "b"))},
        "deques": [collections.deque(), collections.deque("abc"), collections.deque(range(500)), window],
        "default": collections.defaultdict(list, {"a": [1], "b": shared}),
        "default with closure": collections.defaultdict(lambda: shared),
        "ordered": ordered,
        "empty ordered": collections.OrderedDict(),
        "counter": collections.Counter("mississippi"),
        "chain map": collections.ChainMap({"a": 1}, {"b": shared}),
        "user dict": collections.UserDict(a=shared),
        "named": Named(1, shared),
        "struct sequence": os.stat("/"),
        "flags": sys.flags,
        "proxy": types.MappingProxyType({"behind": "a proxy"}),
        "namespace": types.SimpleNamespace(a=1, b=shared),
        "slice": slice(1, [2], None),
        "ranges": [range(10), range(10**20, 10**21, 3), range(-1, -10, -1)],
        "queue": queue.Queue(),
        "simple queue": queue.SimpleQueue(),
        "shared": shared,
    }


def instances():
    materialised = WithDict(7)
    materialised.__dict__["added"] = "through the dict"
    many = ManyAttributes()
    for number in range(60):
        setattr(many, "attribute_%d" % number, [number])
    differing = [ManyAttributes() for _ in range(5)]
    for number, instance in enumerate(differing):
        setattr(instance, "only_%d" % number, number)
    deleted = WithDict(8)
    del deleted.number
    odd = WithDict(9)
    odd.__dict__[5] = "a key that is no string"
    replaced = WithDict(10)
    replaced.__dict__ = {"a": "dict of its own"}
    slotted_with_dict = WithSlotsAndDict([1], [2])
    slotted_with_dict.extra = "in the dict"
    everything = WithSlotsDictAndWeakrefs([1], [2])
    everything.third, everything.extra = [3], [4]
    inherited = WithInheritedSlots(["a"], ["b"])
    inherited.third = ["c"]
    listed, mapped, tupled, texted = Listed([1, [2]]), Mapped(a=[1]), Tupled((1, [2])), Texted("text")
    listed.note, mapped.note, tupled.note, texted.note = ["l"], ["m"], ["t"], ["s"]
    numbered, bytesed, setted = Numbered(12345678901234567890), Bytesed(b"bytes"), Setted([1, 2])
    numbered.note, bytesed.note, setted.note = ["n"], ["b"], ["s"]
    slotted_list = SlottedList([1, 2])
    slotted_list.note = ["of a slotted list"]
    deriving = Deriving.__new__(Deriving)
    deriving["item"] = "and"
    deriving.attribute = ["attribute"]
    return {
        "with dict": [WithDict(number) for number in range(100)],
        "with slots": [WithSlots(number, [number]) for number in range(100)],
        "empty": [ManyAttributes(), WithSlots.__new__(WithSlots), object()],
        "materialised": materialised,
        "many": many,
        "differing": differing,
        "deleted": deleted,
        "odd": odd,
        "replaced": replaced,
        "inherited": inherited,
        "slotted with dict": slotted_with_dict,
        "everything": everything,
        "subclasses": [listed, mapped, tupled, numbered, texted, bytesed, setted, slotted_list],
        "slotted tuple": SlottedTuple((1, [2])),
        "deriving": deriving,
        "by meta": MadeByMeta(),
        "points": [Point(1), Point(2, 4, ["tag"]), FrozenPoint(1, 2)],
        "enum": [Colour.RED, Colour.GREEN, Bits.ONE | Bits.TWO],
        "generic": [Generic[int], Generic(), Typed(key="a")],
        "generic aliases": [list[int], dict[str, list]] if HAS_GENERIC_ALIASES else [],
        "type unions": [int | None] if HAS_TYPE_UNIONS else [],
        "typing": [typing.Optional[int], typing.Callable[[int], str], typing.Literal["a"], T],
    }


def callables():
    step = counter(10)
    step(2, note="a note")
    instance = WithDict(3)
    cached = functools.lru_cache(maxsize=8)(lambda value: [value])
    for number in range(20):
        cached(number)
    unlimited = functools.lru_cache(maxsize=None)(lambda *values: list(values))
    unlimited(1, 2), unlimited("a")
    single = functools.singledispatch(lambda value: value)
    single.register(int, lambda value: value + 1)

    def annotated(first: int, *rest: "str", key: float = 1.0, **others: dict) -> list:
        """A text that documents."""
        return [first, rest, key, others]

    annotated.attribute = ["of a function"]
    return {
        "closure": step,
        "unbound": unbound_cell(),
        "annotated": annotated,
        "lambda": lambda x=[1]: x,
        "bound": instance.method,
        "class bound": WithDict.of_class,
        "static": WithDict.__dict__["static"],
        "class method": WithDict.__dict__["of_class"],
        "property": WithDict.__dict__["doubled"],
        "cached property": functools.cached_property(len),
        "builtin bound": [1, 2].append,
        "builtin": len,
        "method of C type": str.join,
        "slot wrapper": int.__add__,
        "method wrapper": (5).__add__,
        "class method descriptor": dict.__dict__["fromkeys"],
        "member": WithSlots.first,
        "getset": types.FunctionType.__dict__["__code__"],
        "partial": functools.partial(print, 1, [2], end=""),
        "partial method": functools.partialmethod(WithDict.method),
        "nested partial": functools.partial(functools.partial(max, [1]), key=len),
        "cached": cached,
        "unlimited": unlimited,
        "single dispatch": single,
        "compare key": functools.cmp_to_key(lambda a, b: 0)(["compared"]),
        "getters": [operator.itemgetter(1, "a"), operator.attrgetter("a.b"), operator.methodcaller("x", [1])],
        "code": compile("def f(a, b=(1, 'two')):\n return lambda: a", "<made>", "exec"),
        "super": super(WithDict, instance),
    }


def iterators():
    data = [[1], [2], [3], [4], [5]]
    grouped = itertools.groupby([1, 1, 2, 2], key=lambda value: value)
    next(grouped)
    first_tee, second_tee = itertools.tee(iter([[1], [2], [3], [4]]))
    next(first_tee), next(first_tee)
    made = {
        "list": iter(data),
        "reversed list": reversed(data),
        "tuple": iter((1, [2])),
        "dict keys": iter({1: [2]}),
        "dict values": iter({1: [2]}.values()),
        "dict items": iter({1: [2]}.items()),
        "reversed dict": reversed({1: [2]}),
        "set": iter({1, 2}),
        "str": iter("text"),
        "unicode": iter("t\xe9xt"),
        "bytes": iter(b"bytes"),
        "bytearray": iter(bytearray(b"bytes")),
        "range": iter(range(10)),
        "long range": iter(range(10**20, 10**21)),
        "deque": iter(collections.deque([[1], [2]])),
        "reversed deque": reversed(collections.deque([[1], [2]])),
        "sequence": iter(Sequenced()),
        "callable": iter(lambda: 1, 2),
        "memoryview": iter(memoryview(b"abc")),
        "array": iter(array.array("i", [1, 2])),
        "ordered": iter(collections.OrderedDict(a=[1])),
        "map": map(str, [1, 2]),
        "filter": filter(None, [1, 2]),
        "zip": zip([1], [2]),
        "enumerate": enumerate(data, 10**20),
        "reversed": reversed(Sequenced()),
        "views": [{1: 2}.keys(), {1: 2}.values(), {1: 2}.items()],
        "regex": re.finditer("a", "banana"),
        "exhausted": exhausted(),
        "accumulate": itertools.accumulate(data),
        "chain": itertools.chain([1], [2]),
        "combinations": itertools.combinations(data, 2),
        "combinations with": itertools.combinations_with_replacement(data, 2),
        "compress": itertools.compress(data, [1, 0, 1]),
        "count": itertools.count(10**20),
        "small count": itertools.count(),
        "cycle": itertools.cycle(data),
        "dropwhile": itertools.dropwhile(bool, data),
        "filterfalse": itertools.filterfalse(bool, data),
        "groupby": grouped,
        "islice": itertools.islice(data, 1, 3),
        "permutations": itertools.permutations(data, 2),
        "product": itertools.product(data, repeat=2),
        "repeat": itertools.repeat(data),
        "starmap": itertools.starmap(max, [(1, 2)]),
        "takewhile": itertools.takewhile(bool, data),
        "tee": [first_tee, second_tee],
        "zip longest": itertools.zip_longest([1], [2, 3], fillvalue=["filler"]),
    }
    for name in ("combinations", "combinations with", "permutations", "product", "cycle", "accumulate"):
        next(made[name])
    if HAS_PAIRWISE:
        made["pairwise"] = itertools.pairwise(data)
        next(made["pairwise"])
    next(made["enumerate"]), next(made["zip longest"]), next(made["list"])
    return made


class Sequenced:
    def __len__(self):
        return 2

    def __getitem__(self, index):
        if index > 1:
            raise IndexError
        return index


def exhausted():
    iterator = iter([1])
    list(iterator)
    return iterator


def weak():
    referent, other, proxied = WithDict(1), WithSlotsAndWeakrefs(), WithDict(2)
    values, keys, members = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()
    values["kept"] = referent
    values["dropped"] = WithDict(99)
    keys[referent] = ["a value"]
    members.add(other)
    return {
        "referents": [referent, other, proxied],
        "plain": weakref.ref(referent),
        "with callback": weakref.ref(referent, lambda dead: None),
        "to slots": weakref.ref(other),
        "dead": weakref.ref(WithDict(98)),
        "proxy": weakref.proxy(proxied),
        "method": weakref.WeakMethod(referent.method),
        "finalize": weakref.finalize(referent, len, "never called with this"),
        "values": values,
        "keys": keys,
        "set": members,
        "to function": weakref.ref(generate),
        "to class": weakref.ref(WithDict),
    }


LOCAL = threading.local()
VARIABLE = contextvars.ContextVar("VARIABLE", default=["a default"])
OTHER_VARIABLE = contextvars.ContextVar("OTHER_VARIABLE")


def wait_on_lock(lock, started):
    local = ["a local of a thread that waits for a lock"]
    LOCAL.value = ["of the thread's own"]
    VARIABLE.set(["in the thread's context"])
    started.release()
    lock.acquire()
    return local


def wait_on_pipe(descriptor, started):
    local = {"a local": "of a thread that waits in a read"}

    def inner(argument):
        nested = (argument, local)
        started.release()
        os.read(descriptor, 1)
        return nested

    return inner(WithDict(11))


def threads():
    lock, started = threading.Lock(), threading.Semaphore(0)
    lock.acquire()
    read_end, write_end = os.pipe()
    waiting = [
        threading.Thread(target=wait_on_lock, args=(lock, started), daemon=True, name="on-lock"),
        threading.Thread(target=wait_on_pipe, args=(read_end, started), daemon=True, name="on-pipe"),
    ]
    for thread in waiting:
        thread.start()
        started.acquire()
    LOCAL.value = ["of the main thread's own"]
    return {
        "threads": waiting,
        "lock": lock,
        "rlock": threading.RLock(),
        "event": threading.Event(),
        "pipe": (read_end, write_end),
        "condition": threading.Condition(),
    }


def contexts():
    VARIABLE.set(["in the main context"])
    token = OTHER_VARIABLE.set({"a": "token"})
    copied = contextvars.copy_context()
    many = [contextvars.ContextVar("many_%d" % number) for number in range(40)]
    big = contextvars.copy_context()
    for variable in many:
        big.run(variable.set, [variable.name])
    return {"token": token, "copied": copied, "many": many, "big": big, "empty": contextvars.Context()}


def modules():
    made = types.ModuleType("made_here", "its documentation")
    made.attribute = ["of a made module"]
    sys.modules["made_here"] = made
    return {"made": made, "nameless": types.ModuleType("not_in_sys_modules")}


def objects_of_c_types():
    future = asyncio.new_event_loop().create_future()
    future.add_done_callback(print)
    return {
        "match": re.match("(b)(a)?", "banana"),
        "pattern": re.compile("(?P<name>a+)b"),
        "scanner": re.compile("a").scanner("banana"),
        "file": open("/dev/null", "r", encoding="ascii"),
        "raw file": open("/dev/null", "rb", buffering=0),
        "future": future,
        "context": decimal.Context(prec=5),
        "random": __import__("random").Random(5),
        "struct": __import__("struct").Struct("<IHB"),
        "hash": __import__("hashlib").sha256(b"x"),
        "compressor": __import__("zlib").compressobj(),
        "date": __import__("datetime").datetime(2024, 1, 2, tzinfo=__import__("datetime").timezone.utc),
        "csv": __import__("csv").writer(io.StringIO()),
        "pickler": __import__("pickle").Pickler(io.BytesIO()),
        "element": __import__("xml.etree.ElementTree").etree.ElementTree.Element("tag", {"a": "b"}),
        "ctypes": [__import__("ctypes").c_int(5), __import__("ctypes").create_string_buffer(50)],
        "database": __import__("sqlite3").connect(":memory:"),
    }


class Node:
    def __init__(self, payload=None):
        self.payload = payload
        self.link = None


class SlottedNode:
    __slots__ = ("link", "payload")


def leave_cycles_behind():
    """Garbage that only a collection can free. None of it resurrects itself."""
    for number in range(50):
        node = Node(["payload %d" % number, {"tail": [number]}])
        node.link = node
    for number in range(20):
        one, two, three = Node(number), Node(number), Node(number)
        one.link, two.link, three.link = two, three, one
    for _ in range(10):
        listed = []
        listed.append(listed)
        mapped = {}
        mapped["self"] = mapped
        slotted = SlottedNode()
        slotted.link = [slotted]
        tupled = ([],)
        tupled[0].append(tupled)
        queued = collections.deque()
        queued.append(queued)
        ordered = collections.OrderedDict()
        ordered["self"] = ordered
        materialised = Node()
        materialised.__dict__["self"] = materialised
    for _ in range(5):
        finalized, other = Finalized(), Finalized()
        finalized.other, other.other = other, finalized

    def recursive(depth):
        return recursive(depth - 1) if depth else depth

    def make_closure():
        held = ["held by a closure"]

        def inner():
            return inner, held

        return inner

    make_closure()

    class Local:
        def method(self):
            return __class__

    Local.instance = Local()

    def cyclic_generator():
        me = yield
        yield me

    generator = cyclic_generator()
    next(generator)
    generator.send(generator)

    async def cyclic_coroutine(holder):
        holder.append(cyclic_coroutine)
        await Awaitable()

    holder = []
    coroutine = cyclic_coroutine(holder)
    coroutine.send(None)
    holder.append(coroutine)

    watched = Node("watched by a weak reference")
    watched.link = [weakref.ref(watched), watched]
    KEPT["to garbage"] = weakref.ref(watched)

    bound = Node()
    bound.link = functools.partial(Node.__init__, bound, bound=bound)
    method = WithDict(5)
    method.text = method.method

    def keep_traceback():
        try:
            raise Failure("kept")
        except Failure as error:
            kept = error
        return kept

    error = keep_traceback()
    error.detail = error

    # To become garbage after a collection has seen them alive.
    return [Node(), Node()]


def build():
    made = {
        "instances": instances(),
        "containers": containers(),
        "suspended": suspended(),
    }
    gc.collect()
    made["texts"] = texts()
    made["numbers"] = numbers()
    made["exceptions"] = exceptions()
    made["frames"] = frames()
    made["threads"] = threads()
    made["contexts"] = contexts()
    gc.collect(1)
    gc.collect(0)
    made["callables"] = callables()
    made["iterators"] = iterators()
    made["weak"] = weak()
    made["modules"] = modules()
    made["c types"] = objects_of_c_types()
    gc.collect(0)
    return made


def main():
    gc.disable()
    KEPT["contents"] = build()
    old_garbage = leave_cycles_behind()
    gc.collect()  # Frees what was left behind; it is left behind once more, younger, below.
    KEPT["middle-aged"] = [containers(), instances(), iterators()]
    middle_aged_garbage = [Node(), Node()]
    gc.collect(0)
    for one, other in (old_garbage, middle_aged_garbage):
        one.link, other.link = other, one
    del old_garbage, middle_aged_garbage, one, other
    leave_cycles_behind()
    oracle.answer_commands(sys.argv[1])


if __name__ == "__main__":
    main()
