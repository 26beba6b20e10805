"""What the interpreter itself reports about its heap, from within a copy of the process.

Runs inside the observed program. `answer_commands(path)` forks; parent and child then have the same
objects at the same addresses. The parent goes to sleep in a read, where heapscan captures it. The
child writes to `path` what gc, sys and the objects themselves report, and exits. Nothing that the
survey allocates is in the parent, and what it allocates in the child is left out of the report.

It calls fork() of the C library while holding the GIL: os.fork() would run code in the child that
discards the other threads and what they hold.

A survey covers the interpreter in which it runs. Other interpreters of the program are reported by a
further copy each: see `elsewhere` of answer_commands().

A report is a text file. It has one line with a JSON array for each object, identified by id():
    ["object", id, id of its type, size, reference count, tracked, generation or -1,
     [ids of gc.get_referents], [ids that it owns but gc does not visit], [ids of weak referents]]
and then
    ["type", id, "module.qualname"]          for each type of an object,
    ["garbage", [ids]]                       what gc.collect() found unreachable and kept,
    ["gone", [ids]]                          what was tracked and no longer is: unreachable objects
                                             freed by a finalizer (closing a generator does that), and
                                             tuples and dicts that a collection stopped tracking,
    ["freed", [ids]]                         what gc.collect() took for alive, because objects opaque
                                             to gc held it, and which was freed along with those,
    ["touched", [ids]]                       objects whose reference count the survey itself changes.
"""

import builtins
import codecs
import gc
import json
import os
import signal
import sys
import types
import weakref

try:
    # Warnings that a collection brings about would import it then. Not in every interpreter.
    import tracemalloc  # noqa: F401
except ImportError:
    pass

_CODE_FIELDS = (
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_freevars",
    "co_cellvars",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_lnotab",
    "co_linetable",
    "co_exceptiontable",
)
# Those that a version makes when it is asked for them are no members.
_CODE_GETTERS = tuple(
    types.CodeType.__dict__[name].__get__
    for name in _CODE_FIELDS
    if isinstance(types.CodeType.__dict__.get(name), types.MemberDescriptorType)
)
_RANGE_GETTERS = tuple(range.__dict__[name].__get__ for name in ("start", "stop", "step"))
_TYPE_DICT = type.__dict__["__dict__"].__get__
_TYPE_MRO = type.__dict__["__mro__"].__get__
_TYPE_BASES = type.__dict__["__bases__"].__get__
_TYPE_NAME = type.__dict__["__name__"].__get__
_TYPE_QUALNAME = type.__dict__["__qualname__"].__get__
_TYPE_MODULE = type.__dict__["__module__"].__get__
_TYPE_FLAGS = type.__dict__["__flags__"].__get__
_HEAP_TYPE = 1 << 9
_LONGEST = 300  # Seconds that a survey may take.
_DEREFERENCE = weakref.ref.__call__


def _unvisited_keys(mapping, referents):
    """dict_traverse leaves out the keys of a table that holds nothing but strings as keys."""
    keys = list(dict.__iter__(mapping))
    if len(referents) >= 2 * len(keys) and set(map(id, keys)) <= set(map(id, referents)):
        return ()
    return keys


def _owned(thing, kind, referents):
    """The objects that `thing` holds a counted reference to but whose traverse does not visit.

    Only pointers that are really there: no value that an attribute computes.
    """
    if issubclass(kind, dict):
        return _unvisited_keys(thing, referents)
    if kind is types.CodeType:
        return [get(thing) for get in _CODE_GETTERS]
    if kind is range:
        return [get(thing) for get in _RANGE_GETTERS]
    if issubclass(kind, type):
        if _TYPE_FLAGS(thing) & _HEAP_TYPE:
            return [_TYPE_NAME(thing), _TYPE_QUALNAME(thing)]
        if _TYPE_MRO(thing) is None:
            return ()  # The type is not ready: accessing its attributes would crash.
        owned = [_TYPE_MRO(thing), _TYPE_BASES(thing)]
        return owned + gc.get_referents(_TYPE_DICT(thing))
    return ()


def _type_name(kind):
    module = _TYPE_MODULE(kind)
    qualname = _TYPE_QUALNAME(kind)
    if not isinstance(module, str) or module == "builtins":
        return qualname
    return module + "." + qualname


def _survey(start_writing, path, touched, collect, not_told=()):
    # 1. What gc tracks, except the lists in which it is returned, which are tracked too. No other
    #    tracked object may be created before the last of these lists.
    objects, generation, mine = [], {}, set()
    mine.update(not_told)
    mine.update((id(objects), id(generation), id(mine)))
    number = 2
    while number >= 0:
        found = gc.get_objects(number)
        mine.add(id(found))
        for thing in found:
            if id(thing) not in mine:
                generation[id(thing)] = number
                objects.append(thing)
        thing = None
        number -= 1
    found = None

    # 2. Everything that these refer to, directly or not, with the referents of each.
    known = set(generation)
    mine.update((id(known), id(touched)))
    rows = []
    for thing in objects:  # Grows during the iteration.
        referents = gc.get_referents(thing)
        owned = _owned(thing, type(thing), referents)
        rows.append((list(map(id, referents)), list(map(id, owned))))
        for found in (referents, owned, (type(thing),)):
            for other in found:
                if id(other) not in known and id(other) not in mine:
                    known.add(id(other))
                    objects.append(other)
    thing = referents = owned = found = other = None

    # 3. Reference counts, minus those that `objects` and getrefcount themselves hold. They come first
    #    because the later queries look up methods, which changes counts. Then sizes, which grow when
    #    the interpreter optimizes code that runs often.
    counts = list(map(sys.getrefcount, objects))
    nothing_else = list(map(sys.getrefcount, [object()]))[0]
    sizes = list(map(sys.getsizeof, objects))

    # 4. The rest.
    write, finish = start_writing(path)
    kinds = {}
    kind_of = {}
    for thing, count, size, (referents, owned) in zip(objects, counts, sizes, rows):
        kind = type(thing)
        kinds[id(kind)] = kind
        kind_of[id(thing)] = id(kind)
        weak = ()
        if isinstance(thing, weakref.ref):
            weak = [id(_DEREFERENCE(thing))] if _DEREFERENCE(thing) is not None else ()
        write(
            (
                "object",
                id(thing),
                id(kind),
                size,
                count - nothing_else,
                gc.is_tracked(thing),
                generation.get(id(thing), -1),
                referents,
                owned,
                weak,
            )
        )
    for address, kind in kinds.items():
        write(("type", address, _type_name(kind)))
    write(("touched", touched))

    # 5. Drop everything, and see what is held by nothing but itself.
    objects = rows = counts = sizes = kinds = kind = thing = referents = owned = weak = known = None
    if collect:
        # What is left is listed before anything new can be created where something was freed.
        gc.set_debug(gc.DEBUG_SAVEALL)
        number = gc.collect()
        found = gc.get_objects()
        gc.set_debug(0)
        # A finalizer may have freed an object, and something else may have taken its place.
        # (No comprehension: it would turn a variable into a cell, which the survey would find.)
        left = set()
        for thing in found:
            if kind_of.get(id(thing)) == id(type(thing)):
                left.add(id(thing))
        # In CPython 3.9, only the collector knows the garbage list of a subinterpreter; it is
        # recognized by its length.
        kept = gc.garbage
        for thing in found if not kept else ():
            if type(thing) is list and len(thing) >= number > len(kept) and id(thing) not in mine:
                kept = thing
        thing = None
        garbage = set(map(id, kept)) & generation.keys()
        write(("garbage", sorted(garbage)))
        write(("gone", sorted(generation.keys() - garbage - left)))
        # Now it is really freed, along with what it holds unseen by gc.
        found = None
        kept.clear()
        kept = thing = None
        gc.collect()
        found = gc.get_objects()
        after = set(map(id, found))
        write(("freed", sorted((left & generation.keys()) - garbage - after)))
        found = None
    finish()


def _to_file(path):
    out = open(path + ".part", "w", encoding="ascii", buffering=1 << 20)

    def write(row):
        out.write(json.dumps(row))
        out.write("\n")

    def finish():
        out.close()
        os.rename(path + ".part", path)

    return write, finish


def _to_nowhere(path):
    return (lambda row: None), (lambda: None)


def _touched():
    """What the code of this module itself refers to, and values shared by all code.

    Running any code changes their reference counts, so parent and child differ in them.
    """
    functions = [value for value in globals().values() if isinstance(value, types.FunctionType)]
    codes = [function.__code__ for function in functions]
    for code in codes:
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
    things = [None, True, False, Ellipsis, (), "", b"", *range(-5, 257), *functions, *codes]
    things += [chr(number) for number in range(256)] + [bytes((number,)) for number in range(256)]
    for code in codes:
        things += [*code.co_names, *code.co_consts, code.co_name, getattr(code, "co_qualname", None)]
        things += [getattr(builtins, name, None) for name in code.co_names]
    things += [getattr(module, name, None) for module in (gc, os, signal, sys, json) for name in dir(module)]
    # Looking up a method puts its name into the method cache, and may evict another one.
    used = (object, type, list, dict, set, str, int, tuple, types.FunctionType, types.ModuleType)
    things += [name for kind in used for name in dir(kind)]
    things += ["__getattr__", "__length_hint__", "__getstate__", "__len__", "__index__", "__bool__"]
    things += [sys.modules[__name__], gc, os, signal, sys, json, types, weakref, globals()]
    things += list(globals().values())
    return sorted(set(map(id, things)))


def prepare(*more):
    """Everything that must be done before the fork; `more` is what else the code around it uses.

    Once for practice: what the survey changes on its first run (caches of methods, code made faster)
    has then been changed before the fork. Looking up what comes after would change it.
    """
    touched = _touched()
    touched += [id(touched), *map(id, more)]
    codecs.lookup("ascii")  # The first use of a codec adds to the interpreter's table of them.
    _survey(_to_nowhere, "", touched, collect=False)
    return touched


def report(path, touched, not_told=()):
    """To be called in the copy. `not_told`: ids of objects that are in the copy only."""
    signal.alarm(_LONGEST)
    _survey(_to_file, path, touched, collect=True, not_told=not_told)


def find_fork():
    import ctypes  # Not every interpreter of a process can have it.

    return ctypes.PyDLL(None).fork


def answer_commands(path, elsewhere=None):
    """Forks, has the child report to `path`, and answers each byte on standard input with a line.

    `elsewhere()`, if it is given, is called in a copy of its own.
    """
    fork, read, write = find_fork(), os.read, os.write
    touched = prepare(path, fork, elsewhere)
    if elsewhere is not None and fork() == 0:
        try:
            elsewhere()
        finally:
            os._exit(0)
    if fork() == 0:
        try:
            write(1, b"forked\n")
            report(path, touched)
            write(1, b"reported\n")
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)
    while read(0, 1):
        write(1, b"here\n")
