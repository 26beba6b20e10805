"""A program with one of each kind of object that CPython and its standard library can make.

Usage: zoo.py REPORT. Builds its exhibits, then describes them (see oracle.py). Runs on all supported
versions of CPython: what a version, or an installation, does not have is left out.

Where known_contents.py has objects in many states and sizes, the zoo has many types.
"""

import array
import asyncio
import collections
import contextvars
import copy
import ctypes
import dataclasses
import decimal
import enum
import fractions
import functools
import gc
import itertools
import json
import mmap
import operator
import os
import pickle
import queue
import random
import re
import struct
import sys
import tempfile
import threading
import traceback
import types
import typing
import uuid
import weakref

import oracle
import zoo_library  # noqa: F401  (its exhibits)
from zoo_exhibits import build, exhibit, lose, unique


def source(minor, text, name):
    """What a text in newer syntax defines, or None for an interpreter that is too old for it."""
    if sys.version_info < (3, minor):
        return None
    namespace = {"__name__": __name__}
    exec(text, namespace)
    return namespace[name]


# --- Classes ------------------------------------------------------------------------------------


class Plain:
    def __init__(self, value=None):
        self.value = value


class Slotted:
    __slots__ = ("left", "right")


class MoreSlotted(Slotted):
    __slots__ = ("middle",)


class SlottedWithAll(MoreSlotted):
    __slots__ = ("__dict__", "__weakref__")


class WithWeakrefs:
    __slots__ = ("__weakref__",)


class Meta(type):
    def __new__(mcs, name, bases, namespace, **keywords):
        made = super().__new__(mcs, name, bases, namespace)
        made.keywords = keywords
        return made


class MadeByMeta(metaclass=Meta, keyword=["of a metaclass"]):
    pass


class WithEverything:
    """All that a class statement can put into a class."""

    constant = ["a class attribute"]
    annotated: "typing.List[int]" = [1]

    def __init_subclass__(cls, **keywords):
        cls.keywords = keywords

    def __set_name__(self, owner, name):
        self.owner = owner

    def __del__(self):
        self.finalized = True

    def method(self, default=["of a method"]):
        return default, __class__

    @classmethod
    def of_class(cls):
        return cls

    @staticmethod
    def static():
        return None

    @property
    def computed(self):
        return self.constant

    @computed.setter
    def computed(self, value):
        self.value = value

    @functools.cached_property
    def computed_once(self):
        return ["computed once"]

    partial = functools.partialmethod(method, ["given early"])
    dispatched = functools.singledispatchmethod(lambda self, value: value)


class Derived(WithEverything, keyword=["of a subclass"]):
    pass


class Colour(enum.Enum):
    RED = 1
    GREEN = ["a value"]


class Number(enum.IntEnum):
    ONE = 1


class Bit(enum.Flag):
    LOW = 1
    HIGH = 2


@dataclasses.dataclass
class Point:
    x: int
    y: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class FrozenPoint:
    x: int


class TypedTuple(typing.NamedTuple):
    left: int
    right: list = []


Named = collections.namedtuple("Named", "left right")
TypedMapping = typing.TypedDict("TypedMapping", {"key": str})
Variable = typing.TypeVar("Variable", bound="Plain")


class GenericClass(typing.Generic[Variable]):
    pass


class DerivedList(list):
    pass


class DerivedDict(dict):
    __slots__ = ("note",)


class DerivedTuple(tuple):
    pass


class DerivedInt(int):
    pass


class DerivedStr(str):
    pass


class DerivedBytes(bytes):
    pass


class DerivedFloat(float):
    __slots__ = ()


class DerivedSet(set):
    pass


class DerivedDeque(collections.deque):
    pass


class DerivedOrdered(collections.OrderedDict):
    __slots__ = ("note",)


class DerivedException(OSError):
    def __init__(self, *args):
        super().__init__(*args)
        self.note = ["of an exception"]


class DerivedModule(types.ModuleType):
    pass


class DerivedProperty(property):
    pass


class DerivedReference(weakref.ref):
    __slots__ = ("note",)


class DerivedThreadLocal(threading.local):
    def __init__(self, *arguments):
        self.arguments = arguments


class DerivedPartial(functools.partial):
    pass


class Awaited:
    def __await__(self):
        yield self


@unique
def held_by_c_code():
    """Nothing but a C variable could tell of this text and this tuple."""
    for thing in ("".join(["held by ", "C code only"]), ("a tuple of atoms", 12345678901)):
        gc.is_tracked(thing)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
    gc.collect()  # The tuple of atoms is in the lists no more.
    return None


@exhibit
def classes():
    everything = WithEverything()
    everything.computed_once
    full = SlottedWithAll()
    full.left, full.right, full.middle, full.other = ["l"], ["r"], ["m"], ["o"]
    empty_slots = MoreSlotted()
    empty_slots.middle = ["in the middle"]
    added = Plain(["through the dict"])
    added.__dict__["more"] = ["more"]
    many = Plain()
    for number in range(40):
        setattr(many, "attribute_%d" % number, [number])
    return [
        [Plain(number) for number in range(10)],
        [everything, full, empty_slots, added, many, Slotted(), MadeByMeta(), Derived(), object()],
        [Colour.RED, Colour.GREEN, Number.ONE, Bit.LOW | Bit.HIGH],
        [Point(1, [2]), FrozenPoint(3), TypedTuple(1, [2]), Named(1, [2]), TypedMapping(key="text")],
        dataclasses.fields(Point),
        source(10, "import dataclasses\n@dataclasses.dataclass(slots=True)\nclass S:\n x: int\n", "S"),
    ]


@exhibit
def derived_instances():
    made = [
        DerivedList([[1]]),
        DerivedTuple(([1],)),
        DerivedInt(2**80),
        DerivedStr("text"),
        DerivedBytes(b"bytes"),
        DerivedSet([1, 2]),
        DerivedDeque([[1]]),
        DerivedException(2, "text", "name"),
        DerivedModule("derived"),
        DerivedProperty(len),
        DerivedThreadLocal([1]),
        DerivedPartial(max, [1]),
    ]
    for thing in made:
        thing.note = ["a note"]
    mapping, ordered, reference = DerivedDict(a=[1]), DerivedOrdered(a=[1]), DerivedReference(made[0])
    mapping.note = ordered.note = reference.note = ["in a slot"]
    return [made, mapping, ordered, reference, DerivedFloat(1.5)]


@exhibit
def typing_objects():
    made = [
        typing.Optional[int],
        typing.Callable[[int], str],
        typing.List[Variable],
        typing.Tuple[int, ...],
        typing.Any,
        typing.ForwardRef("Plain"),
        typing.get_type_hints(Point),
        GenericClass[int],
        GenericClass(),
        Variable,
        typing.NewType("Identifier", int),
    ]
    if sys.version_info >= (3, 9):
        made += [list[int], dict[str, list], tuple[Variable, ...]]
        if sys.version_info >= (3, 11):
            made += [iter(tuple[int]), next(iter(tuple[int]))]
    if sys.version_info >= (3, 10):
        made += [int | None, list[Variable] | int, typing.ParamSpec("P"), typing.ParamSpec("P").args]
    made.append(source(12, "type Alias[T: int, *Ts, **P] = dict[str, T]", "Alias"))
    made.append(source(12, "def generic[T: (int, str)](value: T) -> list[T]: return [value]", "generic"))
    made.append(source(12, "class Box[T]:\n  x: T\n  def get[U](self, u: U) -> T: ...\n", "Box"))
    made.append(source(11, "import typing\nTs = typing.TypeVarTuple('Ts')\nG = typing.Generic[*Ts]", "G"))
    return made


# --- Containers and values ----------------------------------------------------------------------


@exhibit
def containers():
    shared = ["shared"]
    recursive = [shared]
    recursive.append(recursive)
    ordered = collections.OrderedDict((str(number), [number]) for number in range(20))
    ordered.move_to_end("3")
    ordered.attribute = ["of an OrderedDict"]
    bounded = collections.deque(maxlen=100)
    bounded.extend(range(10000, 10300))
    simple, ordinary, priority = queue.SimpleQueue(), queue.Queue(), queue.PriorityQueue()
    for each in (simple, ordinary, priority):
        each.put([1])
        each.put([2])
    emptied = queue.SimpleQueue()
    for number in range(10):
        emptied.put([number])
    for number in range(7):
        emptied.get()
    shrunk = dict.fromkeys(range(300))
    for number in range(290):
        del shrunk[number]
    return {
        "list": [[], [shared], [None] * 50, recursive, list(range(1000, 1100))],
        "tuple": [(), (1, [2]), (shared, shared), tuple(range(400, 500))],
        "dict": [{}, {"a": 1}, {"a": shared}, {1: 2, "b": [3], (4, 5): None}, shrunk],
        "int keys": {number: str(number) for number in range(2000)},
        "set": [set(), {1, (2, 3)}, frozenset(), frozenset("ab"), set(range(3000))],
        "deque": [collections.deque(), collections.deque(map(list, "abc")), bounded],
        "default": collections.defaultdict(list, {"a": shared}),
        "ordered": [ordered, collections.OrderedDict()],
        "counter": collections.Counter("mississippi"),
        "wrappers": [
            collections.ChainMap({"a": shared}),
            collections.UserDict(a=shared),
            collections.UserList([shared]),
            collections.UserString("text"),
        ],
        "queues": [simple, ordinary, priority, emptied],
        "structure sequences": [os.stat("/"), sys.flags, os.times(), sys.version_info, os.uname()],
        "views": [{1: [2]}.keys(), {1: [2]}.values(), {1: [2]}.items()],
        "ordered views": [ordered.keys(), ordered.values(), ordered.items()],
        "proxy": types.MappingProxyType({"behind": "a proxy"}),
        "namespace": types.SimpleNamespace(a=shared),
        "slice": slice(1, [2], None),
        "range": [range(10), range(10**20, 10**21, 3)],
    }


@exhibit
def values():
    grown = bytearray()
    for number in range(3000):
        grown.append(number % 256)
    del grown[:5]
    return [
        [0, -5, 256, 2**30, -(2**60), 3**2000, True, None, Ellipsis, NotImplemented],
        [1.5, float("nan"), 1 + 2j, DerivedInt(3)],
        ["", "ascii", "caf\xe9 ", "\u0394\u03c9", "\U0001f40d", "\udc80", "long" * 5000],
        [b"", b"bytes", b"long" * 5000, bytearray(), bytearray(b"changeable"), grown],
        [sys.intern("only interned " + str(12345)), str.maketrans("abc", "xyz")],
        [sys.hash_info, sys.float_info, sys.int_info],
    ]


@exhibit
def numbers():
    context = decimal.Context(prec=5)
    return [
        decimal.Decimal("3.14159265358979323846"),
        decimal.Decimal("1" * 2000),
        decimal.Decimal("NaN"),
        context,
        context.flags,
        decimal.localcontext(),
        decimal.getcontext(),
        fractions.Fraction(22, 7),
        random.Random(5),
        random.SystemRandom(),
        uuid.UUID(int=5),
        decimal.DefaultContext,
    ]


@exhibit
def buffers():
    numbers_held = array.array("d", range(100))
    emptied = array.array("i", range(50))
    del emptied[:]
    mapped = mmap.mmap(-1, 8192)
    exported = bytearray(b"exported")
    made = [
        numbers_held,
        emptied,
        array.array("b"),
        array.array("u", "text"),
        memoryview(exported),
        memoryview(exported)[2:5],
        memoryview(numbers_held),
        memoryview(bytes(64)).cast("I", (4, 4)),
        mapped,
        memoryview(mapped),
        pickle.PickleBuffer(bytearray(b"out of band")),
        iter(numbers_held),
        struct.Struct("<IHB4s"),
        struct.iter_unpack("<I", bytes(16)),
    ]
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 5000)
        file.flush()
        made.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return made


# --- Code that is stopped somewhere -------------------------------------------------------------


def closure(start):
    count, history = start, [start]

    def step(by=1, *, note=["a default"]):
        nonlocal count
        count += by
        history.append(note)
        return count, later

    if start:
        later = ["assigned"]
    return step


def generate(limit):
    local = ["a local of a generator"]
    for number in range(limit):
        try:
            received = yield [number]
            local.append(received)
        finally:
            done = number


def generate_amid(things):
    yield [1, {"key": (yield)}, (2, (yield from generate(3)))], things


def handle():
    try:
        raise KeyError("handled in a generator")
    except KeyError as error:
        yield error
        yield None


async def wait_for(awaited, *more):
    local = ["a local of a coroutine"]
    async with Manager() as managed:
        async for item in items():
            local.append(await awaited)
    return local, managed, item, more


class Manager:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *arguments):
        return None


async def items():
    local = ["a local of an async generator"]
    yield local
    yield [value async for value in items()]


@types.coroutine
def generator_coroutine():
    yield ["from a generator coroutine"]


@exhibit
def closures():
    step, unbound = closure(5), closure(0)
    step(note=["a note"])
    recursive = []

    def again(depth):
        return again(depth - 1) if depth else recursive

    recursive.append(again)
    return [step, unbound, again, lambda x=[1]: x, types.CellType(["in a cell"]), types.CellType()]


@exhibit
def suspended():
    fresh, started, done, amid, handling = generate(3), generate(3), generate(1), generate_amid([1]), handle()
    next(started), list(done), next(amid), amid.send(["sent"]), next(handling)
    waiting, hooked = wait_for(Awaited(), [1]), generator_coroutine()
    waiting.send(None)
    next(hooked)
    async_fresh, async_started, async_closing = items(), items(), items()
    asend = async_started.asend(None)
    try:
        asend.send(None)
    except StopIteration:
        pass
    expression = (number * 2 for number in [[1], [2]])
    next(expression)
    made = [
        [fresh, started, done, amid, handling, expression, hooked],
        [waiting, waiting.__await__(), waiting.cr_frame, started.gi_frame],
        [async_fresh, async_started, asend, async_fresh.asend([1]), async_closing.aclose()],
        [async_closing.athrow(ValueError, ValueError("thrown"), None)],
    ]
    if sys.version_info >= (3, 10):
        made.append(anext(items(), ["a default"]))
    return made


@unique
def unstarted():
    """The loss of these runs code that warns of it, and that makes objects where others were."""
    coroutine = wait_for(Awaited())
    return [coroutine, coroutine.__await__()]


def fail(depth, detail):
    local = ["a local that a traceback keeps", depth]
    if depth == 0:
        raise DerivedException(2, detail, "file name")
    try:
        fail(depth - 1, detail)
    except OSError as error:
        raise ValueError(local) from error


@exhibit
def exceptions():
    kept = [KeyError("key"), StopIteration([3]), SystemExit([2]), OSError(2, "text", "file", None, "other")]
    kept += [StopAsyncIteration(), MemoryError(), RecursionError("deep"), UnicodeTranslateError("t", 0, 1, "why")]
    kept += [BlockingIOError(11, "text", 5), warnings_warning(), asyncio.CancelledError("cancelled")]
    for failing in (
        lambda: fail(3, "detail"),
        lambda: "\xe9".encode("ascii"),
        lambda: b"\xff".decode("utf-8"),
        lambda: compile("a b", "name", "exec"),
        lambda: __import__("no_such_module_anywhere"),
        lambda: undefined_name,  # noqa: F821
        lambda: Slotted().no_such_attribute,
        lambda: 1 / 0,
        lambda: next(iter(())),
        lambda: json.loads("{"),
        lambda: re.compile("("),
    ):
        try:
            failing()
        except Exception as error:
            kept.append(error)
    cycle = None
    try:
        fail(1, "in a cycle")
    except ValueError as error:
        cycle = error
        cycle.itself = [cycle, sys.exc_info(), traceback.TracebackException.from_exception(error)]
    kept += [cycle, traceback.extract_stack()]
    if sys.version_info >= (3, 11):
        kept.append(ExceptionGroup("several", [ValueError(1), TypeError(["two"])]))  # noqa: F821
        kept[0].add_note("a note")
    return kept


def warnings_warning():
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("a warning", stacklevel=1)
    return caught


@unique
def frames():
    return [sys._getframe(), sys._getframe(1), sys._getframe().f_code]


# --- Callables, iterators, weak references -------------------------------------------------------


@exhibit
def callables():
    instance = Derived()
    cached = functools.lru_cache(maxsize=8)(lambda value: [value])
    unlimited = functools.lru_cache(maxsize=None)(lambda *values: list(values))
    for number in range(20):
        cached(number), unlimited(number, [1].__len__())
    single = functools.singledispatch(lambda value: value)
    single.register(int, lambda value: value + 1)

    def annotated(first: int, *rest: "str", key: float = 1.0, **others: dict) -> list:
        """A text that documents."""
        return [first, rest, key, others]

    annotated.attribute = ["of a function"]
    made = [
        [annotated, instance.method, Derived.of_class, Derived.static, instance.dispatched],
        [Derived.__dict__, *vars(WithEverything).values()],
        [[1].append, len, str.join, int.__add__, (5).__add__, dict.__dict__["fromkeys"], dict.fromkeys],
        [Slotted.left, types.FunctionType.__dict__["__code__"], object().__str__, object.__new__],
        [functools.partial(print, 1, [2], end=""), functools.partial(functools.partial(max, [1]), key=len)],
        [cached, unlimited, single, functools.cmp_to_key(lambda a, b: 0)(["compared"])],
        [operator.itemgetter(1, "a"), operator.attrgetter("a.b"), operator.methodcaller("x", [1], key=2)],
        [operator.itemgetter([1]), operator.attrgetter("a")],
        super(Derived, instance),
        compile("def f(a, b=(1, 'two')):\n return lambda: a", "<made>", "exec"),
        [types.DynamicClassAttribute(len), types.MethodType(len, [1]), Exception.with_traceback],
        [Named.left, functools.wraps(len)(annotated), functools.total_ordering, contextlib_objects()],
        [ctypes.pythonapi.PyObject_Repr],
    ]
    return made


def contextlib_objects():
    import contextlib

    @contextlib.contextmanager
    def managed():
        yield ["managed"]

    stack, entered = contextlib.ExitStack(), managed()
    stack.callback(print, [1])
    entered.__enter__()
    return [stack, entered, contextlib.suppress(ValueError), contextlib.nullcontext([1])]


class Sequenced:
    def __len__(self):
        return 2

    def __getitem__(self, index):
        if index > 1:
            raise IndexError
        return [index]


@exhibit
def iterators():
    data = [[1], [2], [3], [4], [5]]
    grouped = itertools.groupby([1, 1, 2, 2], key=lambda value: value)
    _, group = next(grouped)
    first_tee, second_tee = itertools.tee(iter([[number] for number in range(200)]))
    for _ in range(130):
        next(first_tee)
    ordered = collections.OrderedDict(a=[1], b=[2])
    exhausted = iter([1])
    list(exhausted)
    advanced = [
        itertools.accumulate(data),
        itertools.accumulate(data, operator.add, initial=[0]),
        itertools.chain([[1]], [[2]]),
        itertools.combinations(data, 2),
        itertools.combinations_with_replacement(data, 2),
        itertools.compress(data, [1, 0, 1]),
        itertools.count(10**20),
        itertools.cycle(data),
        itertools.dropwhile(lambda value: value == [1], data),
        itertools.filterfalse(lambda value: value == [1], data),
        itertools.islice(data, 1, 3),
        itertools.permutations(data, 2),
        itertools.product(data, repeat=2),
        itertools.repeat(data),
        itertools.starmap(max, [(1, 2), (3, 4)]),
        itertools.takewhile(bool, data),
        itertools.zip_longest([[1]], [[2], [3]], fillvalue=["filler"]),
        map(str, [1, 2]),
        filter(None, [[1], [2]]),
        zip([[1], [2]], [[3], [4]]),
        enumerate(data, 10**20),
        reversed(data),
        iter(data),
        iter({1: [2], 3: [4]}),
        iter({1: [2], 3: [4]}.values()),
        iter({1: [2], 3: [4]}.items()),
        iter({1, 2}),
    ]
    if sys.version_info >= (3, 10):
        advanced.append(itertools.pairwise(data))
    if sys.version_info >= (3, 12):
        advanced.append(itertools.batched(data, 2))
    for iterator in advanced:
        next(iterator)
    return [
        advanced,
        [grouped, group, first_tee, second_tee, exhausted, copy.copy(second_tee)],
        [iter((1, [2])), iter("text"), iter("t\xe9xt"), iter(b"bytes"), iter(bytearray(b"bytes"))],
        [iter(range(10)), iter(range(10**20, 10**21)), iter(collections.deque(data))],
        [reversed(collections.deque(data)), iter(Sequenced()), reversed(Sequenced()), iter(lambda: 1, 2)],
        [iter(memoryview(b"abc")), iter(ordered), reversed(ordered), iter(ordered.items())],
        [reversed({1: [2]}), reversed({1: [2]}.values()), reversed({1: [2]}.items())],
        [itertools.count(), itertools.count(1.5, 2), itertools.repeat([1], 3), re.finditer("a", "banana")],
        code_iterators((lambda: None).__code__),
    ]


def code_iterators(code):
    made = []
    if hasattr(code, "co_lines"):
        made.append(code.co_lines())
    if hasattr(code, "co_positions"):
        made.append(code.co_positions())
    return made


@exhibit
def string_module():
    import _string

    return [_string.formatter_parser("a {b} c"), _string.formatter_field_name_split("a.b[c]")]


@exhibit
def weak_references():
    referent, other = Plain(1), WithWeakrefs()
    values_held, keys_held, members = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()
    values_held["kept"], values_held["dropped"] = referent, Plain(99)
    keys_held[referent] = ["a value"]
    members.add(other)

    class Called:
        def __call__(self):
            return None

    called = Called()
    bound = Derived()
    return [
        [referent, other, called, bound],
        [weakref.ref(referent), weakref.ref(referent, lambda dead: None), weakref.ref(Plain(98))],
        [weakref.proxy(other), weakref.proxy(called, lambda dead: None), weakref.WeakMethod(bound.method)],
        weakref.finalize(referent, len, "never called with this"),
        [values_held, keys_held, members, weakref.ref(generate), weakref.ref(Plain)],
    ]


@exhibit
def templates():
    from string.templatelib import Interpolation, Template

    made = Template("a ", Interpolation(["held"], "an expression", "r", ">10"), " b")
    advanced = iter(made)
    next(advanced)
    return [made, made.interpolations, advanced, iter(made), Template()]


@exhibit
def deferred_annotations():
    import annotationlib

    made = {}
    exec("def annotated(first: list[Absent], *rest: [1]) -> Absent | int: pass\nclass Annotated:\n a: Absent", made)
    function, kind = made["annotated"], made["Annotated"]
    return [
        made,
        annotationlib.get_annotations(function, format=annotationlib.Format.FORWARDREF),
        annotationlib.get_annotations(kind, format=annotationlib.Format.STRING),
        [function.__annotate__, annotationlib.ForwardRef("Absent")],
    ]


@exhibit
def zstandard():
    from compression import zstd

    dictionary = zstd.ZstdDict(bytes(range(256)) * 8, is_raw=True)
    compressor, decompressor = zstd.ZstdCompressor(), zstd.ZstdDecompressor()
    decompressor.decompress(zstd.compress(b"text") + b"unused")
    return [dictionary, compressor, decompressor, zstd.ZstdCompressor(zstd_dict=dictionary)]


@exhibit
def placeholders():
    from functools import Placeholder

    return [functools.partial(max, Placeholder, [2]), functools.partial(print, Placeholder, 1, 2, end="")]


# --- Threads, contexts, asyncio ------------------------------------------------------------------

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


def sort_slowly(descriptor, started):
    """Blocks in a callback of C code, with values on the evaluation stacks of several frames."""

    def key(number):
        if number == 3:
            started.release()
            os.read(descriptor, 1)
        return [number]

    return [["below", sorted([1, 2, 3, 4], key=key)], {"beside": key}]


def wait_in_generator(descriptor, started):
    def inner():
        yield [1]
        started.release()
        yield [os.read(descriptor, 1)]

    return [list(inner()), "and more"]


@unique
def threads():
    lock, started = threading.Lock(), threading.Semaphore(0)
    lock.acquire()
    read_end, write_end = os.pipe()
    waiting = [
        threading.Thread(target=wait_on_lock, args=(lock, started), daemon=True, name="on-lock"),
        threading.Thread(target=sort_slowly, args=(read_end, started), daemon=True, name="in-sort"),
        threading.Thread(target=wait_in_generator, args=(read_end, started), daemon=True, name="in-generator"),
    ]
    for thread in waiting:
        thread.start()
        started.acquire()
    LOCAL.value = ["of the main thread's own"]
    timer = threading.Timer(3600, print)
    recursive = threading.RLock()
    recursive.acquire()
    return [
        [waiting, lock, started, (read_end, write_end), timer, recursive, LOCAL],
        [threading.Event(), threading.Condition(), threading.Barrier(2), threading.BoundedSemaphore(2)],
        threading.current_thread(),
    ]


@exhibit
def contexts():
    VARIABLE.set(["in the main context"])
    token = OTHER_VARIABLE.set({"a": "token"})
    many = [contextvars.ContextVar("many_%d" % number) for number in range(60)]
    big = contextvars.copy_context()
    for variable in many:
        big.run(variable.set, [variable.name])

    return [token, contextvars.copy_context(), many, big, contextvars.Context(), iter(big), iter(big.items()), iter(big.values())]


@unique
def loops():
    loop = asyncio.new_event_loop()
    event, events = None, []

    async def waits(number):
        local = ["a local of task %d" % number]
        await event.wait()
        return local

    async def supervises():
        return await asyncio.gather(waits(1), waits(2))

    async def consumes(stream):
        async for item in stream:
            events.append(item)

    async def start():
        nonlocal event
        event = asyncio.Event()
        lock, channel, condition = asyncio.Lock(), asyncio.Queue(), asyncio.Condition()
        await lock.acquire()
        tasks = [loop.create_task(waits(3)), loop.create_task(supervises()), loop.create_task(channel.get())]
        tasks.append(loop.create_task(asyncio.wait_for(waits(4), 3600)))
        tasks.append(loop.create_task(consumes(items_forever())))
        tasks.append(asyncio.shield(tasks[0]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return tasks, lock, channel, condition, asyncio.StreamReader()

    async def items_forever():
        while True:
            yield ["an item"]
            await event.wait()

    def failed():
        future = loop.create_future()
        future.set_exception(ValueError(["in a future"]))
        future.exception()
        return future

    made = loop.run_until_complete(start())
    future, finished, cancelled = loop.create_future(), loop.create_future(), loop.create_future()
    future.add_done_callback(print)
    future.add_done_callback(len)
    finished.set_result(["a result"])
    cancelled.cancel()
    handle_soon, handle_later = loop.call_soon(print, [1]), loop.call_later(3600, print, [2])
    iterated = iter(future)
    return [loop, made, event, future, finished, cancelled, failed(), handle_soon, handle_later, iterated]


def take(*arguments):
    """Does nothing with them."""


def make_cycle():
    cycle = []
    cycle.append(cycle)
    return cycle


def wait_amid_values(descriptor, started):
    """Waits with values on its evaluation stack, and above them what is left of garbage."""
    take(*[make_cycle()], make_cycle(), make_cycle(), make_cycle(), make_cycle(), make_cycle())
    take(1, 2, 3, 4, make_cycle(), make_cycle(), make_cycle(), make_cycle(), make_cycle())
    started.release()
    return [["held by", "the stack only"], {"also": [1]}, os.read(descriptor, 1)]


def start_waiting():
    started = threading.Semaphore(0)
    arguments = (os.pipe()[0], started)
    threading.Thread(target=wait_amid_values, args=arguments, daemon=True, name="amid-values").start()
    started.acquire()


def main():
    gc.disable()
    build()
    gc.collect()
    start_waiting()
    lose()
    oracle.answer_commands(sys.argv[1])


if __name__ == "__main__":
    main()
