"""A dump in Python: what `heapscan load` writes, read with sqlite3."""

import collections
import sqlite3

from processes import heapscan

DumpObject = collections.namedtuple(
    "DumpObject", "type size refcount generation tracked reachable surplus cycle value"
)
DumpReference = collections.namedtuple("DumpReference", "target kind label")


class DumpTables:
    """Objects by address, and references by the address of their source."""

    def __init__(self, dump, database):
        heapscan("load", dump, "-o", database)
        connection = sqlite3.connect(database)
        # Whatever the strings of the program were, those in the database must be UTF-8.
        self.undecodable = []
        connection.text_factory = self._decode
        try:
            self._read(connection)
        finally:
            connection.close()

    def _decode(self, text):
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError:
            self.undecodable.append(text)
            return text.decode("utf-8", "backslashreplace")

    def _read(self, connection):
        self.facts = dict(
            zip(
                ("runtime", "version", "pid", "objects", "references", "complete"),
                connection.execute(
                    "SELECT runtime, version, pid, object_count, reference_count, complete FROM dump"
                ).fetchone(),
            )
        )
        self.objects = {}
        for address, *columns in connection.execute(
            "SELECT address, type.name, size, refcount, generation, gc_tracked, reachable, surplus,"
            "       cycle_id, value"
            "  FROM object JOIN type ON type.dump_id = object.dump_id AND type.id = object.type_id"
        ):
            self.objects[address] = DumpObject(*columns)
        self.references = collections.defaultdict(list)
        self.weak = collections.defaultdict(list)
        for source, target, kind, label, weak in connection.execute(
            "SELECT source.address, target.address, reference.kind, reference.label, reference.weak"
            "  FROM reference"
            "  JOIN object AS source ON source.dump_id = reference.dump_id"
            "                       AND source.id = reference.source_id"
            "  JOIN object AS target ON target.dump_id = reference.dump_id"
            "                       AND target.id = reference.target_id"
        ):
            where = self.weak if weak else self.references
            where[source].append(DumpReference(target, kind, label))
        self.roots = collections.defaultdict(list)
        for address, kind, label in connection.execute(
            "SELECT object.address, root.kind, root.label FROM root"
            "  JOIN object ON object.dump_id = root.dump_id AND object.id = root.object_id"
        ):
            self.roots[address].append((kind, label))
