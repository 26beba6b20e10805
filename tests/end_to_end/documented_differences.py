"""Where a dump and the interpreter's own account of the same heap may differ, and why.

Each line is a pattern (as in fnmatch) for what may differ, and the reason. Everything that is not
listed here has to agree.
"""

import collections
import fnmatch

# `versions`: the interpreters that differ in this way; all of them if omitted.
Known = collections.namedtuple("Known", "patterns reason versions", defaults=("*",))

# References that are in the dump but that gc.get_referents does not report: type of the source, kind
# and label of the reference.
MORE_THAN_GC_TELLS = [
    Known(("*", "type", "*"), "an instance holds its class, gc or not; static types are not visited"),
    # Types whose objects gc does not know at all, or that visit only what could be in a cycle.
    Known(("code", "internal", "co_localsplus*"), "code is not a GC type, and these have no attribute"),
    Known(("code", "attribute", "co_varnames"), "created on access, and kept"),
    Known(("code", "attribute", "co_code"), "created on access, and kept"),
    Known(("code", "attribute", "co_*vars"), "created on access, and kept"),
    Known(("generator", "attribute", "f_code"), "a finished one keeps its code", "3.1[2-9].*"),
    Known(("*coroutine", "attribute", "f_code"), "a finished one keeps its code", "3.1[2-9].*"),
    Known(("async_generator", "attribute", "f_code"), "a finished one keeps its code", "3.1[2-9].*"),
    Known(("*_descriptor", "attribute", "__name__"), "a name cannot be part of a cycle"),
    Known(("typing.*", "attribute", "__name__"), "a name cannot be part of a cycle"),
    Known(("zlib._ZlibDecompressor", "*", "*"), "not a GC type"),
    Known(("*.XMLParser", "internal", "elementtree_module"), "held but not visited"),
    Known(
        ("*", "attribute", "__dict__"),
        "a dict that shares the values in the instance is not visited",
        "3.13.*",
    ),
    Known(
        ("*", "attribute", "__dict__"),
        "a dict that shares the values in the instance is not visited",
        "3.14.0",
    ),
    Known(("*_descriptor", "attribute", "__qualname__"), "a name cannot be part of a cycle"),
    Known(("module", "internal", "md_name"), "a name cannot be part of a cycle"),
    Known(("compression.zstd.ZstdDict", "internal", "compressor dictionaries"), "held but not visited"),
    Known(("ctypes.CField", "attribute", "name"), "a name cannot be part of a cycle"),
    Known(("*", "internal", "attribute names"), "the names that the instances of a class share"),
    Known(("*", "internal", "tp_subclasses"), "a class holds the table, which does not hold its entries"),
    Known(("*", "attribute", "__slots__"), "names cannot be part of a cycle"),
    Known(("*OrderedDict", "internal", "order"), "its nodes hold the keys again"),
    Known(("functools._lru_cache_wrapper", "item", "*"), "holds links, but visits what those hold"),
    Known(("functools._lru_list_elem", "internal", "key"), "not a GC type: its cache visits for it"),
    Known(("functools._lru_list_elem", "internal", "result"), "not a GC type: its cache visits for it"),
    Known(("range", "internal", "length"), "not a GC type, and it has no attribute"),
    Known(("longrange_iterator", "internal", "*"), "not a GC type"),
    Known(("enumerate", "internal", "one"), "a number cannot be part of a cycle"),
    Known(("datetime.*", "*", "*"), "not GC types"),
    Known(("_thread._local", "internal", "*"), "a key and a callback of its own"),
    Known(("*._Local", "internal", "*"), "subclasses of _thread._local"),
    Known(("*._RunningLoop", "internal", "*"), "a subclass of _thread._local"),
    Known(("_io.*", "internal", "*"), "strings and bytes cannot be part of a cycle"),
    Known(("re.*", "*", "*"), "not GC types", "3.[89].*"),
    Known(("functools.KeyWrapper", "*", "*"), "not a GC type", "3.[89].*"),
    Known(("_struct.Struct", "attribute", "format"), "not a GC type", "3.9.*"),
    Known(("Struct", "attribute", "format"), "not a GC type", "3.8.*"),
    Known(("_abc_data", "internal", "*"), "not a GC type", "3.8.*"),
    Known(("operator.methodcaller", "internal", "name"), "a name cannot be part of a cycle", "3.[89].*"),
    Known(("_csv.*", "*", "*"), "not GC types", "3.[89].*"),
    Known(("_json.Scanner", "internal", "memo"), "names in a dict cannot be part of a cycle", "3.8.*"),
    Known(("_sre.SRE_Scanner", "*", "*"), "not a GC type", "3.[89].*"),
    Known(("sqlite3*", "*", "*"), "not GC types", "3.[89].*"),
    Known(("sqlite3.Node", "internal", "next"), "its cache visits all nodes", "3.10.*"),
    # C types of other modules.
    Known(("module", "conservative", "*"), "only the C module knows the layout of its state"),
    Known(("StgDict", "internal", "*"), "visited by the class whose dict it is (see HELD_BY_ANOTHER)"),
    Known(("code", "attribute", "co_code"), "code is not a GC type; accessing it would create it"),
    Known(("generator", "cell", "*"), "gc does not look into a running frame"),
    Known(("generator", "local", "*"), "gc does not look into a running frame"),
    Known(("_pickle.Pickler", "item", "*"), "the memo is not visited"),
    Known(("*.Persisting", "item", "*"), "a subclass of Pickler"),
    Known(("_pickle.Unpickler", "item", "*"), "the memo is not visited"),
    Known(("_pickle.Unpickler", "internal", "buffer"), "the owner of a buffer is not visited"),
    Known(("_sre.SRE_Scanner", "internal", "string"), "only its pattern is visited"),
    Known(("_sre.SRE_Scanner", "internal", "buffer"), "only its pattern is visited"),
    Known(("_ssl._SSLSocket", "*", "*"), "only its exception is visited"),
    Known(("_io.BufferedRWPair", "attribute", "*"), "only its dict is visited"),
    Known(("pyexpat.xmlparser", "attribute", "intern"), "only its handlers are visited"),
    Known(("cProfile.Profile", "internal", "*"), "functions and timer are not visited"),
    Known(("*.DerivedModule", "internal", "md_name"), "a name cannot be part of a cycle"),
    Known(("*DerivedOrdered", "internal", "order"), "its nodes hold the keys again"),
    Known(("*.DerivedThreadLocal", "internal", "*"), "a subclass of _thread._local"),
    Known(("CArgObject", "attribute", "_obj"), "not a GC type"),
    Known(("_RunningLoopHolder", "internal", "loop"), "not a GC type"),
    Known(("_bz2.BZ2Decompressor", "attribute", "*"), "not a GC type"),
    Known(("_lzma.LZMADecompressor", "attribute", "*"), "not a GC type"),
    Known(("zlib.Compress", "*", "*"), "not a GC type"),
    Known(("zlib.Decompress", "*", "*"), "not a GC type"),
    Known(("_ctypes.DictRemover", "internal", "*"), "not a GC type"),
    Known(("_tokenize.TokenizerIter", "internal", "*"), "not a GC type"),
    Known(("decimal.Context*", "*", "*"), "not GC types"),
    Known(("fieldnameiterator", "internal", "text"), "not a GC type"),
    Known(("formatteriterator", "internal", "text"), "not a GC type"),
    Known(("line_iterator", "internal", "code"), "not a GC type"),
    Known(("positions_iterator", "internal", "code"), "not a GC type"),
    Known(("posix.DirEntry", "*", "*"), "not a GC type"),
    Known(("posix.ScandirIterator", "internal", "*"), "not a GC type"),
    Known(("select.poll", "internal", "registered"), "not a GC type"),
    Known(("symtable entry", "*", "*"), "not a GC type"),
    Known(("moduledef", "internal", "m_copy"), "not a GC type"),
    Known(("zoneinfo.ZoneInfo", "*", "*"), "not a GC type"),
    Known(("_pickle.Pickler", "internal", "output"), "bytes cannot be part of a cycle"),
]

# The same for programs with C extensions.
MORE_THAN_GC_TELLS_OF_EXTENSIONS = MORE_THAN_GC_TELLS + [
    Known(("*", "conservative", "*"), "the layout is unknown: words that look like references"),
    Known(("numpy.*", "*", "*"), "arrays and descriptors are not GC types"),
    Known(("pandas.*Array", "*", "*"), "gc does not know what it holds of an array"),
    Known(("pandas.*.Timestamp", "attribute", "tzinfo"), "no datetime is visited"),
    Known(("six.*", "internal", "md_name"), "subclasses of module: a name cannot be part of a cycle"),
]

# References that gc.get_referents reports but that the dump does not have: type of the source, type
# of the target. The target has a surplus for each of them, and so is a root.
LESS_THAN_GC_TELLS = [
    Known(("module", "type"), "in an array to which the state of the C module points"),
    Known(("module", "zoneinfo.ZoneInfo"), "in the cache to which the state of the C module points"),
    Known(("module", "str"), "a key of that cache"),
    Known(("PyCapsule", "type"), "in a structure that C code put into the capsule"),
]

# What has uncounted references as well: gc reports an object more often than the dump does.
TOLD_MORE_OFTEN = [
    Known(("generator",), "its stack borrows what its variables hold", "3.1[4-9].*"),
    Known(("*coroutine",), "its stack borrows what its variables hold", "3.1[4-9].*"),
    Known(("async_generator",), "its stack borrows what its variables hold", "3.1[4-9].*"),
]

# Objects that only garbage holds, although gc reports otherwise: type of the holder, type of the
# object, label of the reference.
HELD_UNSEEN = [
    Known(("coroutine", "async_generator", "*"), "freed when it is closed; something new took its place"),
    Known(("*.Node", "dict", "*"), "not visited as the dict of its holder, but as an attribute", "3.13.*"),
    Known(("*.Node", "dict", "*"), "not visited as the dict of its holder, but as an attribute", "3.14.0"),
]

# Sizes that differ between the survey and the program.
OTHER_SIZE = [
    Known(("_io.BytesIO",), "the survey holds its buffer, so it is shared", "3.1[2-9].*"),
]

# The same for programs with C extensions: for types with their own __sizeof__, it would have to run.
OTHER_SIZE_OF_EXTENSIONS = OTHER_SIZE + [
    Known(("pandas.*",), "counts what it refers to, or calls Python code"),
    Known(("numpy.[!nrm]*",), "a scalar counts its value twice"),
]

# References in the dump that are not counted: type of the source, kind of the reference, type of the
# target.
NOT_COUNTED = [
    Known(("module", "conservative", "type"), "binascii keeps its exceptions without counting", "3.8.*"),
]

# References that gc.get_referents reports for one object and the dump for the next: type of the
# source, type of that next object (which the dump shows as the holder), label of the reference.
# The sources visit on behalf of objects that gc does not track.
HELD_BY_ANOTHER = [
    Known(("functools._lru_cache_wrapper", "functools._lru_list_elem", "*"), "visits for its links"),
    Known(("_ctypes.*Type", "StgDict", "*"), "visits for the dict of the class"),
    Known(("dict", "*", "attribute names"), "keys of a split dict belong to the class"),
    Known(("sqlite3.Cache", "sqlite3.Node", "next"), "visits for all its nodes", "3.10.*"),
]

# Objects that are freed along with what a collection found, although something alive holds them:
# type of the object, label of its root, and what frees it.
FREED_BY_CODE = [
    Known(("list", "warnings"), "put back by a generator that was closed in its with statement"),
    Known(("weakref.ReferenceType",), "removed from a registry by the reference's callback"),
    Known(("weakref",), "removed from a registry by the reference's callback", "3.[89].*"),
    Known(("weakref.KeyedRef",), "removed from a WeakValueDictionary by the reference's callback"),
    Known(("weakref.finalize._Info",), "removed from the registry of finalizers by one that ran"),
    Known(("tuple",), "alive: a collection no longer needs to track a tuple of atoms"),
    Known(("dict",), "alive: a collection no longer needs to track a dict of atoms"),
]


def is_known(table, version, *facts):
    return any(
        fnmatch.fnmatchcase(version, known.versions)
        and all(fnmatch.fnmatchcase(str(fact), pattern) for fact, pattern in zip(facts, known.patterns))
        for known in table
    )
