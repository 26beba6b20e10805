"""The part of the zoo (see zoo.py) from standard library modules that are written in C."""

import ast
import csv
import ctypes
import datetime
import hashlib
import hmac
import io
import itertools
import json
import os
import pickle
import re
import select
import socket
import symtable
import sys
import tempfile
import types
import unicodedata
import zlib

from zoo_exhibits import exhibit, unique


# --- Modules of the standard library that are written in C --------------------------------------


@exhibit
def files():
    name = tempfile.mkstemp()[1]
    with open(name, "wb") as out:
        out.write(b"one\r\ntwo\n" * 100)
    text = open(name, "r+", encoding="utf-8", newline=None)
    text.readline()
    reading, writing = open(name, "rb"), open(name, "ab")
    reading.read(3), writing.write(b"not flushed")
    memory, characters = io.BytesIO(b"bytes in memory"), io.StringIO("text\nin memory", newline=None)
    characters.readline(), memory.getbuffer()
    written = io.StringIO()
    written.write("collected "), written.write("in parts")
    read_end, write_end = os.pipe()
    scanned, entries = os.scandir("/"), os.scandir("/")
    entry = next(entries)
    entry.stat()
    os.unlink(name)
    return [
        [text, reading, writing, open(os.devnull, "rb", buffering=0), io.BufferedRandom(io.BytesIO(b"x"))],
        [memory, characters, written, io.IncrementalNewlineDecoder(None, True)],
        io.BufferedRWPair(io.BytesIO(b"r"), io.BytesIO()),
        [io.TextIOWrapper(memory_with_bom(), encoding="utf-16"), io.FileIO(read_end), io.FileIO(write_end, "w")],
        [scanned, entries, entry, os.environ, sys.stdin, sys.stdout, sys.__stderr__],
        [tempfile.SpooledTemporaryFile(), tempfile.TemporaryFile()],
        [io.RawIOBase(), io.BufferedIOBase(), io.TextIOBase(), io.IOBase()],
    ]


@unique  # CPython 3.12 crashes when it frees both as garbage.
def views_of_memory_files():
    memory = io.BytesIO(b"bytes in memory")
    return [memory, memory.getbuffer()]


def memory_with_bom():
    return io.BytesIO("text".encode("utf-16"))


@exhibit
def regular_expressions():
    pattern = re.compile("(?P<name>a+)(b)?")
    return [
        pattern,
        re.compile(b"bytes"),
        pattern.match("aab"),
        re.search(b"b+", b"abbba"),
        pattern.scanner("aab aab"),
        re.compile(b"x").scanner(bytearray(b"xx")),
        re.Scanner([("a", None)]),
        re.template("(a)b") if hasattr(re, "template") else None,
    ]


@exhibit
def dates():
    zone = datetime.timezone(datetime.timedelta(hours=1), "a zone")
    moment = datetime.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=zone)

    class Zone(datetime.tzinfo):
        pass

    return [
        moment,
        datetime.datetime(2024, 1, 2),
        moment.timetz(),
        datetime.time(1, 2),
        moment.date(),
        datetime.timedelta(days=5),
        zone,
        datetime.timezone.utc,
        Zone(),
        moment.isocalendar(),
    ]


@exhibit
def time_zones():
    import zoneinfo

    made = [zoneinfo.ZoneInfo("UTC")]
    for name in ("Europe/Berlin", "America/New_York"):
        try:
            made += [zoneinfo.ZoneInfo(name), zoneinfo.ZoneInfo.no_cache(name)]
        except zoneinfo.ZoneInfoNotFoundError:  # A system without time zone data.
            pass
    made.append(datetime.datetime(2024, 7, 1, tzinfo=made[-1]))
    return made


@exhibit
def sqlite():
    import sqlite3

    database = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
    database.row_factory = sqlite3.Row
    database.create_function("twice", 1, lambda value: value * 2)
    database.create_collation("backwards", lambda one, other: (one < other) - (one > other))
    database.set_trace_callback(lambda statement: None)
    database.set_progress_handler(lambda: 0, 100000)
    database.set_authorizer(lambda *arguments: sqlite3.SQLITE_OK)
    database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, day DATE, data BLOB)")
    database.executemany("INSERT INTO t (name, data) VALUES (?, ?)", [(str(n), b"xyz") for n in range(10)])
    cursor = database.execute("SELECT id, name, twice(id) FROM t")
    rows = [cursor.fetchone(), cursor.fetchone()]
    made = [database, cursor, rows, iter(rows[0]), database.cursor()]
    if hasattr(database, "blobopen"):
        made.append(database.blobopen("t", "data", 1))
    return made


@exhibit
def compression():
    import bz2
    import lzma

    deflated, bzipped, xzipped = zlib.compress(b"x" * 1000), bz2.compress(b"y" * 1000), lzma.compress(b"z" * 1000)
    inflating, unzipping, unxzipping = zlib.decompressobj(), bz2.BZ2Decompressor(), lzma.LZMADecompressor()
    inflating.decompress(deflated + b"unused", 10)
    unzipping.decompress(bzipped + b"unused")
    unxzipping.decompress(xzipped + b"unused")
    partial = zlib.decompressobj(zdict=b"a dictionary")
    return [
        [zlib.compressobj(), zlib.compressobj(zdict=b"a dictionary"), inflating, partial],
        [bz2.BZ2Compressor(), unzipping, bz2.BZ2File(io.BytesIO(bzipped))],
        [lzma.LZMACompressor(), unxzipping, lzma.LZMAFile(io.BytesIO(xzipped))],
        getattr(zlib, "_ZlibDecompressor", int)(),
    ]


@exhibit
def hashes():
    import _md5
    import _sha1
    import _sha3

    made = [hashlib.new(name, b"x") for name in sorted(hashlib.algorithms_guaranteed)]
    made += [_md5.md5(b"x"), _sha1.sha1(b"x"), _sha3.sha3_256(b"x"), _sha3.shake_128(b"x")]
    made += [hmac.new(b"key", b"text", "sha256"), hmac.HMAC(b"key", digestmod="md5")]
    for module in ("_sha256", "_sha512", "_sha2"):
        try:
            made += [getattr(__import__(module), name)() for name in ("sha256", "sha512") if hasattr(__import__(module), name)]
        except ImportError:
            pass
    return made


@exhibit
def small_hashes():
    import _sha256
    import _sha512

    return [_sha256.sha224(), _sha256.sha256(), _sha512.sha384(), _sha512.sha512()]


@exhibit
def hmac_of_openssl():
    from _hashlib import hmac_new

    return hmac_new(b"key", b"text", "sha256")


@exhibit
def serialization():
    class Persisting(pickle.Pickler):
        def persistent_id(self, thing):
            return None

        dispatch_table = {}

    class Loading(pickle.Unpickler):
        def persistent_load(self, name):
            return name

    pickler, buffered, persisting = pickle.Pickler(io.BytesIO()), [], Persisting(io.BytesIO())
    things = [[number, str(number), "%d" % number * 5] for number in range(50)]
    for each in (pickler, persisting):
        each.dump(things)
    out_of_band = pickle.Pickler(io.BytesIO(), 5, buffer_callback=buffered.append)
    out_of_band.dump(pickle.PickleBuffer(b"a buffer"))
    stream = io.BytesIO(pickle.dumps(things))
    unpickler = pickle.Unpickler(stream)
    unpickler.load()
    encoder, decoder = json.JSONEncoder(default=str, indent=2), json.JSONDecoder(object_hook=dict)
    dialect = csv.reader(["a;b", "c;d"], delimiter=";")
    next(dialect)
    made = [
        [pickler, persisting, out_of_band, buffered, pickler.memo, Loading(io.BytesIO(b""))],
        [unpickler, unpickler.memo],
        [encoder, decoder, decoder.scan_once],
        [json.encoder.c_make_encoder and json.encoder.c_make_encoder({}, str, str, None, ":", ",", True, False, True)],
        [dialect, dialect.dialect, csv.writer(io.StringIO()), csv.DictReader(io.StringIO("a,b\n1,2\n"))],
        [csv.Sniffer().sniff("a,b\n1,2\n")],
    ]
    return made


@exhibit
def xml_parsers():
    import pyexpat
    import xml.dom.minidom
    import xml.etree.ElementTree as tree
    import xml.sax

    root = tree.fromstring("<a x='1' y='2'>t<b><c/>tail</b><b/><d/><d/><d/></a>")
    parser = pyexpat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: None
    parser.CharacterDataHandler = [].append
    parser.buffer_text = True
    parser.Parse("<a>text")
    pulling, feeding = tree.XMLPullParser(["start", "end", "comment"]), tree.XMLParser(target=tree.TreeBuilder())
    pulling.feed("<a><b>text")
    feeding.feed("<a>text<b/>more<!-- comment --><c><d>")
    deep = root.iter()
    next(deep), next(deep), next(deep)
    return [
        root,
        parser,
        pulling,
        feeding,
        [deep, root.iter("b"), root.itertext(), tree.ElementTree(root), tree.TreeBuilder()],
        xml.dom.minidom.parseString("<a><b c='d'/></a>"),
        xml.sax.make_parser(),
        tree.Comment("a comment"),
    ]


class Record(ctypes.Structure):
    _fields_ = [("number", ctypes.c_int), ("text", ctypes.c_char_p), ("thing", ctypes.py_object)]


class Choice(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("real", ctypes.c_double)]


class Linked(ctypes.Structure):
    pass


Linked._fields_ = [("next", ctypes.POINTER(Linked)), ("bits", ctypes.c_int, 3)]


@exhibit
def foreign_data():
    record = Record(5, b"held by the record", ["held too"])
    linked = Linked()
    linked.next = ctypes.pointer(Linked())
    library = ctypes.CDLL(None)
    library.strlen.argtypes, library.strlen.restype = [ctypes.c_char_p], ctypes.c_size_t
    library.strlen.errcheck = lambda result, function, arguments: result
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda number: number)
    numbers_held = (ctypes.c_int * 20)(*range(20))
    pointers = (ctypes.c_char_p * 3)(b"one", b"two", b"three")
    return [
        [record, Choice(), linked, linked.next, linked.next.contents, library, library.strlen, callback],
        [numbers_held, pointers, ctypes.c_int(5), ctypes.c_double(1.5), ctypes.py_object(["an object"])],
        [ctypes.create_string_buffer(50), ctypes.byref(record), ctypes.cast(pointers, ctypes.POINTER(ctypes.c_char_p))],
        [Record.number, ctypes.POINTER(Record), (ctypes.c_int * 4).from_buffer(bytearray(16))],
        ctypes.c_int.from_param(3),
        ctypes.c_char_p.from_param(b"a parameter"),
        memoryview(numbers_held),
        ctypes.WINFUNCTYPE if hasattr(ctypes, "WINFUNCTYPE") else None,
    ]


@exhibit
def sockets():
    one, other = socket.socketpair()
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    epoll, poll = select.epoll(), select.poll()
    epoll.register(one), poll.register(other)
    import selectors

    selector = selectors.DefaultSelector()
    selector.register(server, selectors.EVENT_READ, ["data of a registration"])
    return [one, other, server, epoll, poll, selector, socket.SocketType, one.makefile("rb")]


@exhibit
def tls():
    import ssl

    context = ssl.create_default_context()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.sni_callback = lambda *arguments: None
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    incoming.write(b"bytes")
    wrapped = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="example.org")
    try:
        wrapped.do_handshake()
    except ssl.SSLWantReadError as error:
        kept = error
    one, other = socket.socketpair()
    return [
        context,
        incoming,
        outgoing,
        wrapped,
        kept,
        context.wrap_socket(one, do_handshake_on_connect=False, server_hostname="example.org"),
        other,
        serving,
        context.get_ca_certs()[:2],
    ]


@exhibit
def syntax_trees():
    module = ast.parse("def f(a: int = 1, *b) -> None:\n  return [a + x for x in b if x]\n", type_comments=True)
    table = symtable.symtable("def f(a):\n  global g\n  return lambda: a + g\n", "name", "exec")
    return [module, table, table.get_children(), table.lookup("f"), ast.NodeVisitor()]


@exhibit
def tokenizer():
    import _tokenize

    if sys.version_info >= (3, 12):
        lines = iter(["a = 1\n", "b = (2,\n", "3)\n"])
        made = _tokenize.TokenizerIter(lambda: next(lines, ""), extra_tokens=True)
    else:
        made = _tokenize.TokenizerIter("a = (1,\n 2)\n")
    next(made)
    return made


@exhibit
def text_codecs():
    import codecs

    made = [codecs.charmap_build("".join(map(chr, range(256)))), codecs.lookup("utf-8")]
    for name in ("gb18030", "shift_jis", "iso2022_jp", "big5"):
        codec = codecs.getencoder(name).__self__
        incremental = codecs.getincrementalencoder(name)("replace")
        custom = codecs.getincrementalencoder(name)("xmlcharrefreplace")
        custom.encode("text")
        decoder = codecs.getincrementaldecoder(name)("backslashreplace")
        decoder.decode("\u4e2d\u6587".encode(name)[:1])
        reader, writer = codecs.getreader(name)(io.BytesIO()), codecs.getwriter(name)(io.BytesIO(), "namereplace")
        made += [codec, incremental, custom, decoder, reader, writer]
    return made


@exhibit
def unicode_data():
    return [unicodedata.ucd_3_2_0, unicodedata.ucnhash_CAPI if hasattr(unicodedata, "ucnhash_CAPI") else None]


@exhibit
def profilers():
    import cProfile

    profiled, running = cProfile.Profile(), cProfile.Profile(lambda: 1, 0.5)

    def recursive(depth):
        return recursive(depth - 1) + [depth] if depth else []

    profiled.enable()
    recursive(5), sorted([3, 1, 2], key=lambda value: -value), "a b".split(), json.dumps([1])
    profiled.disable()
    return [profiled, running]


@unique
def processes_and_semaphores():
    import multiprocessing
    import multiprocessing.connection

    context = multiprocessing.get_context("fork")
    return [
        [context.Lock(), context.RLock(), context.Semaphore(3), context.Condition(), context.Event()],
        context.Pipe(),
        context.SimpleQueue(),
        context.Value("i", 5),
        context.Array("d", 10),
    ]


@unique
def shared_memory():
    from multiprocessing import heap

    return heap.BufferWrapper(100)


@unique
def interpreters():
    for name in ("_xxsubinterpreters", "_interpreters"):
        try:
            module = __import__(name)
        except ImportError:
            continue
        made = [module.get_current(), module.get_main()]
        if hasattr(module, "channel_create"):
            made.append(module.channel_create())
        return made
    raise ImportError("no module for interpreters")


@unique
def tracing_and_modules():
    import importlib.machinery
    import importlib.util

    made = types.ModuleType("made_here", "its documentation")
    made.attribute = ["of a made module"]
    sys.modules["made_here"] = made
    lazy = importlib.util.module_from_spec(importlib.machinery.ModuleSpec("lazy", None))
    return [
        made,
        lazy,
        types.ModuleType("not_in_sys_modules"),
        sys.meta_path,
        importlib.util.find_spec("json"),
        sys.implementation,
        sys.thread_info,
    ]


@unique
def capsules():
    import _socket

    names = [value for value in vars(_socket).values() if type(value).__name__ == "PyCapsule"]
    return [names, datetime.datetime_CAPI if hasattr(datetime, "datetime_CAPI") else None]


@exhibit
def terminal():
    import curses

    return [curses.error("no terminal"), getattr(curses, "ncurses_version", None)]


@exhibit
def tcl():
    import tkinter

    interpreter = tkinter.Tcl()
    interpreter.eval("set a 5")
    interpreter.wantobjects(True)
    return [interpreter, interpreter.tk, interpreter.tk.eval("expr 1+1"), interpreter.tk.call("expr", "{1.5}")]


@unique
def databases():
    import _dbm

    return _dbm.open(os.path.join(tempfile.mkdtemp(), "database"), "c")


@unique
def logging_and_others():
    import argparse
    import inspect
    import logging
    import pathlib
    import string

    logger = logging.getLogger("zoo")
    logger.addHandler(logging.StreamHandler(io.StringIO()))
    parser = argparse.ArgumentParser("zoo")
    parser.add_argument("--flag", default=["a default"])
    return [
        logger,
        parser,
        inspect.signature(memory_with_bom),
        pathlib.Path("/a/b").parents,
        string.Template("$a"),
        itertools.chain.from_iterable,
    ]
