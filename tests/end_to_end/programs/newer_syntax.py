"""A program in the syntax of CPython 3.12: type parameters (PEP 695), type aliases, comprehensions
inlined into the enclosing frame (PEP 709), and whatever else was new in 3.12.

Usage: newer_syntax.py REPORT. Builds its exhibits, then reports them (see oracle.py). Newer syntax is
kept in strings, which are compiled where the interpreter supports it.
"""

import gc
import sys
import threading
import typing

import oracle
from zoo_exhibits import build, exhibit, lose


def newer(text, *names):
    """What source code for CPython 3.13 defines; nothing in 3.12."""
    if sys.version_info < (3, 13):
        raise ImportError("CPython 3.13")
    namespace = {"__name__": __name__, "typing": typing}
    exec(text, namespace)
    return [namespace[name] for name in names]


type Plain = list[int]
type Generic[T] = dict[str, T]
type Bounded[T: (int, str), *Ts, **P] = typing.Callable[P, tuple[T, *Ts]]
type Recursive[T] = T | list[Recursive[T]]
type Evaluated[T: Plain] = list[T]
type Wrong = not_defined_anywhere
Evaluated.__value__


@exhibit
def aliases():
    type Local[T] = list[Plain | T]
    made = [Local, Plain, Generic, Generic[int], Bounded[int, [str], [bytes]], Recursive[str]]
    made += [Local[bytes], Recursive.__value__, Evaluated.__type_params__[0].__bound__]
    try:
        Wrong.__value__
    except NameError as error:
        made.append(error)
    return made


@exhibit
def type_parameters():
    def function[T, U: int, V: (int, str), *Ts, **P](value: T, *more: *Ts) -> U: ...

    params = function.__type_params__
    params[1].__bound__, params[2].__constraints__
    made = [function, params, params[3], params[4].args, params[4].kwargs]
    made += [list[params[0]], typing.Callable[params[4], params[0]], tuple[*params[3:4]]]
    made += [typing.TypeVar("Made", bound="later", covariant=True), typing.ParamSpec("Spec", bound=int)]
    made += [typing.TypeVar("Chosen", int, "later"), typing.TypeVarTuple("Many")]
    made += [typing.TypeVar("Inferred", infer_variance=True), typing.TypeAliasType("Alias", list[int])]
    return made


class Box[T]:
    """A class with a type parameter, whose methods have further ones."""

    type Item = list[T]
    shared: T = ["shared"]

    def __init__(self, content: T):
        self.content = content

    def exchange[U](self, other: U) -> "Box[U]":
        def inner[W](value: W) -> tuple[T, U, W]:
            return self, other, value

        self.inner = inner
        return Box(other)

    class Nested[V](typing.NamedTuple):
        first: T
        second: V


class IntBox[T: int](Box[T]):
    __slots__ = ("extra",)


class Speaks[T](typing.Protocol):
    def speak(self) -> T: ...


class Described[T](typing.TypedDict):
    content: T


@exhibit
def generic_classes():
    box = Box(["content"])
    made = [box, box.exchange(IntBox(1)), Box[int], Box[int](2), IntBox[bool], IntBox.__orig_bases__]
    made += [Box.Item, Box.Item.__value__, Box.Nested, Box.Nested([1], [2]), Box.__type_params__]
    made += [Speaks[str], Described[int], Described(content=[3]), Described.__annotations__]
    return made


@exhibit
def comprehensions_in_the_frame_around_them():
    def generate(items):
        held = [["held", item] for item in items]
        yield [[(item, held, other) for other in held] for item in items]
        yield {len(item): held for item in items}

    started, ended = generate(["a", "bb"]), generate(["c"])
    next(started)
    list(ended)
    shadowed = ["shadowed"]
    made = [[lambda: shadowed for shadowed in range(3)], shadowed]
    return [generate, started, ended, *made, [x := [1], x]]


@exhibit
def format_strings():
    names = {"key": ["value"]}
    return [f"{names["key"]} {f"{f"{names!r}"}"} {'\n'.join(["nested"])}"]


@exhibit
def error_groups():
    made = []
    try:
        raise ExceptionGroup("group", [ValueError([1]), ExceptionGroup("inner", [KeyError("k")])])
    except* ValueError as values:
        made.append(values)
    except* KeyError as keys:
        keys.add_note("a note")
        made.append(keys)
    return made


@exhibit
def buffers():
    class Buffer:
        def __init__(self):
            self.memory = bytearray(100)

        def __buffer__(self, flags):
            return memoryview(self.memory)

        def __release_buffer__(self, view):
            self.released = True

    made = Buffer()
    return [made, memoryview(made), memoryview(made)[2:5]]


@exhibit
def generators_that_are_closed():
    def items[T](held: T):
        try:
            yield held
        finally:
            del held

    waiting = items([["of a frame"]])
    next(waiting)
    return [waiting]


@exhibit
def parameters_with_defaults():
    text = (
        "type Alias[T = int, *Ts = *tuple[int, str], **P = [bytes]] = dict[str, T]\n"
        "class Box[T: object = list[int], U = T]:\n"
        "  def get[V = 'later'](self): return V\n"
        "made = [typing.TypeVar('T', default=list[str]), typing.ParamSpec('P', default=[int]),\n"
        "        typing.TypeVarTuple('Ts', default=typing.Unpack[tuple[int]]), typing.TypeVar('N')]\n"
        "seen = [Box.__type_params__[0].__default__, Box.__type_params__[1].has_default(), typing.NoDefault,\n"
        "        Alias.__type_params__[2].__default__, made[3].__default__]\n"
    )
    return newer(text, "Alias", "Box", "made", "seen") + [newer(text, "Box")[0][bytes]]


@exhibit
def what_is_new_in_3_13():
    text = (
        "import copy, warnings\n"
        "class Movie(typing.TypedDict):\n  title: typing.ReadOnly[str]\n"
        "def check(value) -> typing.TypeIs[int]: return True\n"
        "@warnings.deprecated('no longer')\n"
        "def old(): ...\n"
        "@warnings.deprecated('nor this')\n"
        "class Old:\n  __static__ = 1\n  def method(self): self.attribute = 1\n"
        "def frame_locals(held):\n"
        "  import sys\n"
        "  frame = sys._getframe()\n"
        "  frame.f_locals['more'] = [held]\n"
        "  return [frame.f_locals, frame.f_locals.items()]\n"
        "proxies = frame_locals(['held'])\n"
        "replaced = copy.replace(__import__('types').SimpleNamespace(a=[1]), b=[2])\n"
    )
    return newer(text, "Movie", "check", "old", "Old", "proxies", "replaced")


def wait_in_generic[T: int](lock: T, held: list[T]):
    local = [[held, item] for item in range(3)]
    with lock:
        return local


def main():
    gc.disable()
    lock = threading.Lock()
    lock.acquire()
    threading.Thread(target=wait_in_generic, args=(lock, [["held"]]), daemon=True).start()
    build()
    lose()
    oracle.answer_commands(sys.argv[1])


if __name__ == "__main__":
    main()
