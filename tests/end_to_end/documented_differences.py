"""Where a dump and the interpreter's own account of the same heap may differ, and why.

Each line is a pattern (as in fnmatch) for what may differ, and the reason. Whatever is not listed
here has to agree.
"""

import collections
import fnmatch

Known = collections.namedtuple("Known", "patterns reason")

# References that are in the dump and that gc.get_referents does not tell: type of the source, kind
# and label of the reference.
MORE_THAN_GC_TELLS = [
    Known(("*", "type", "*"), "an instance holds its class, gc or not; static types are not visited"),
    # Types whose objects gc does not know at all, or that visit only what could be in a cycle.
    Known(("code", "internal", "co_localsplus*"), "code is no gc type, and these have no attribute"),
    Known(("*_descriptor", "attribute", "__name__"), "a name is in no cycle"),
    Known(("*_descriptor", "attribute", "__qualname__"), "a name is in no cycle"),
    Known(("module", "internal", "md_name"), "a name is in no cycle"),
    Known(("*", "internal", "attribute names"), "the names that the instances of a class share"),
    Known(("*", "internal", "tp_subclasses"), "a class holds the table, the table holds nobody"),
    Known(("*", "attribute", "__slots__"), "names are in no cycle"),
    Known(("*OrderedDict", "internal", "order"), "its nodes hold the keys once more"),
    Known(("functools._lru_cache_wrapper", "item", "*"), "holds links; visits what those hold"),
    Known(("functools._lru_list_elem", "internal", "key"), "no gc type: its cache visits for it"),
    Known(("functools._lru_list_elem", "internal", "result"), "no gc type: its cache visits for it"),
    Known(("range", "internal", "length"), "no gc type, and it has no attribute"),
    Known(("longrange_iterator", "internal", "*"), "no gc type"),
    Known(("enumerate", "internal", "one"), "a number is in no cycle"),
    Known(("datetime.*", "*", "*"), "no gc types"),
    Known(("_thread._local", "internal", "*"), "a key and a callback of its own"),
    Known(("*._Local", "internal", "*"), "subclasses of _thread._local"),
    Known(("*._RunningLoop", "internal", "*"), "a subclass of _thread._local"),
    Known(("_io.*", "internal", "*"), "texts and bytes are in no cycle"),
    # C types of other modules.
    Known(("module", "conservative", "*"), "the state of a C module is known to that module only"),
    Known(("StgDict", "internal", "*"), "visited by the class that it is the dict of (see HELD_BY_ANOTHER)"),
    Known(("code", "attribute", "co_code"), "code is no gc type; asking for it would make it"),
    Known(("generator", "cell", "*"), "gc does not see into a frame that runs"),
    Known(("generator", "local", "*"), "gc does not see into a frame that runs"),
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
    Known(("*.DerivedModule", "internal", "md_name"), "a name is in no cycle"),
    Known(("*DerivedOrdered", "internal", "order"), "its nodes hold the keys once more"),
    Known(("*.DerivedThreadLocal", "internal", "*"), "a subclass of _thread._local"),
    Known(("CArgObject", "attribute", "_obj"), "no gc type"),
    Known(("_RunningLoopHolder", "internal", "loop"), "no gc type"),
    Known(("_bz2.BZ2Decompressor", "attribute", "*"), "no gc type"),
    Known(("_lzma.LZMADecompressor", "attribute", "*"), "no gc type"),
    Known(("zlib.Compress", "*", "*"), "no gc type"),
    Known(("zlib.Decompress", "*", "*"), "no gc type"),
    Known(("_ctypes.DictRemover", "internal", "*"), "no gc type"),
    Known(("_tokenize.TokenizerIter", "internal", "*"), "no gc type"),
    Known(("decimal.Context*", "*", "*"), "no gc types"),
    Known(("fieldnameiterator", "internal", "text"), "no gc type"),
    Known(("formatteriterator", "internal", "text"), "no gc type"),
    Known(("line_iterator", "internal", "code"), "no gc type"),
    Known(("positions_iterator", "internal", "code"), "no gc type"),
    Known(("posix.DirEntry", "*", "*"), "no gc type"),
    Known(("posix.ScandirIterator", "internal", "*"), "no gc type"),
    Known(("select.poll", "internal", "registered"), "no gc type"),
    Known(("symtable entry", "*", "*"), "no gc type"),
    Known(("moduledef", "internal", "m_copy"), "no gc type"),
    Known(("zoneinfo.ZoneInfo", "*", "*"), "no gc type"),
    Known(("_pickle.Pickler", "internal", "output"), "bytes are in no cycle"),
]

# The same for programs with C extensions.
MORE_THAN_GC_TELLS_OF_EXTENSIONS = MORE_THAN_GC_TELLS + [
    Known(("*", "conservative", "*"), "the layout is unknown: words that look like references"),
    Known(("numpy.*", "*", "*"), "arrays and descriptors are no gc types"),
    Known(("pandas.*Array", "*", "*"), "what it has of an array is unknown to gc"),
    Known(("pandas.*.Timestamp", "attribute", "tzinfo"), "no datetime is visited"),
    Known(("six.*", "internal", "md_name"), "subclasses of module: a name is in no cycle"),
]

# Types with a __sizeof__ of their own, which would have to be run.
OWN_SIZES = [
    Known(("pandas.*",), "counts what it refers to, or calls Python code"),
    Known(("numpy.[!nrm]*",), "a scalar counts its value twice"),
]

# References that gc.get_referents tells and that the dump has one object further on: type of the
# source, type of that object (which the dump shows as the holder), label with which it holds.
# The objects visit on behalf of others that gc does not track.
HELD_BY_ANOTHER = [
    Known(("functools._lru_cache_wrapper", "functools._lru_list_elem", "*"), "visits for its links"),
    Known(("_ctypes.*Type", "StgDict", "*"), "visits for the dict of the class"),
    Known(("dict", "*", "attribute names"), "keys of a split dict belong to the class"),
]

# Objects that are freed with what a collection found, though something alive holds them: type of the
# object, label of its root, and what frees it.
FREED_BY_CODE = [
    Known(("list", "warning filters"), "put back by a generator that was closed in its with statement"),
    Known(("weakref.ReferenceType",), "removed from a registry by the reference's callback"),
    Known(("weakref.KeyedRef",), "removed from a WeakValueDictionary by the reference's callback"),
    Known(("weakref.finalize._Info",), "removed from the registry of finalizers by one that ran"),
    Known(("tuple",), "alive: a collection need not track a tuple of atoms any longer"),
    Known(("dict",), "alive: a collection need not track a dict of atoms any longer"),
]


def is_known(table, *facts):
    return any(
        all(fnmatch.fnmatchcase(str(fact), pattern) for fact, pattern in zip(facts, known.patterns))
        for known in table
    )
