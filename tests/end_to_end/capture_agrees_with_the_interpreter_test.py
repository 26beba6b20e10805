"""A capture of a process reports exactly what the interpreter in it reports about itself.

The program contains one of everything (programs/known_contents.py). A copy of it, made at the moment
of the capture, queries gc and sys (programs/oracle.py). The two accounts are compared object by
object. documented_differences.py lists where they may differ, with a reason for each.
"""

import collections
import re
import sys
import unittest

from documented_differences import (
    FREED_BY_CODE,
    HELD_BY_ANOTHER,
    HELD_UNSEEN,
    LESS_THAN_GC_TELLS,
    MORE_THAN_GC_TELLS,
    NOT_COUNTED,
    OTHER_SIZE,
    TOLD_MORE_OFTEN,
    is_known,
)
from dump_tables import DumpTables
from mismatches import Mismatches
from processes import Workplace, await_file, for_each_interpreter, heapscan, run_python
from report_file import Report

PERMANENT = 3  # The generation of what gc.freeze() and CPython 3.12 itself exempt.
NEVER_FREED = 900_000_000  # CPython 3.11 starts the counts of its static objects at 999,999,999.
# Their counts are not kept: code in the interpreter's image refers to them without counting.
SINGLETONS = ("NoneType", "bool", "ellipsis", "NotImplementedType")


class CaptureAgreesWithTheInterpreter:
    program = "known_contents.py"
    arguments = ()
    unexplained = 0.0025  # Share of objects that something outside the dump may hold, at most.
    known_references = MORE_THAN_GC_TELLS
    other_sizes = OTHER_SIZE
    scanned_references_may_not_count = False  # Of references found by scanning.
    blocked = (  # Functions of threads, a variable of each, and the type of what it holds.
        ("wait_on_lock", "local", "list"),
        ("wait_on_pipe", "local", "cell"),
        ("inner", "nested", "tuple"),
    )

    @classmethod
    def other_reports(cls):
        """The files in which other interpreters of the program report about themselves."""
        return ()

    @classmethod
    def setUpClass(cls):
        work = Workplace()
        cls.addClassCleanup(work.remove)
        with run_python(
            cls.python, cls.program, work / "report", *cls.arguments, ready="forked"
        ) as program:
            heapscan("capture", program.pid, "-o", work / "known.hsd")
            program.expect("reported")
            program.ask()
            cls.report = Report(work / "report")
            for name in cls.other_reports():
                await_file(work / name)
                cls.report.add(Report(work / name))
        cls.dump = DumpTables(work / "known.hsd", work / "known.db")
        cls.holder_addresses = collections.defaultdict(set)
        cls.holders = collections.defaultdict(set)  # For each object: (type, label) of its holders.
        for source, references in cls.dump.references.items():
            for item in references:
                cls.holders[item.target].add((cls.dump.objects[source].type, str(item.label)))
                cls.holder_addresses[item.target].add(source)
        # Where the collector tracks it, this dict is there; its references are not counted and the
        # dump has none of them.
        cls.interned = {
            address for address, roots in cls.dump.roots.items() if ("interpreter", "interned texts") in roots
        }
        # In both; what is not has tests of its own.
        cls.common = sorted(cls.report.objects.keys() & cls.dump.objects.keys())

    def conclude(self, mismatches):
        print("%s: %s" % (self.python.version, mismatches.summary()), file=sys.stderr)
        self.assertGreater(mismatches.compared, 0, "nothing was compared")
        if mismatches.count():
            self.fail("\n%s\n%s" % (self.python, mismatches))

    def text(self, address):
        """An object on one line, as both accounts describe it."""
        told, dumped = self.report.objects.get(address), self.dump.objects.get(address)
        parts = ["0x%x" % address]
        if told:
            parts.append("%s refcount %d gen %d" % (told.type, told.refcount, told.generation))
        if dumped:
            if not told or dumped.type != told.type:
                parts.append("dump: %s" % dumped.type)
            parts.append("surplus %s%s" % (dumped.surplus, "" if dumped.reachable else " unreachable"))
            if dumped.value:
                parts.append(dumped.value[:40])
        if address in self.dump.roots:
            parts.append("roots %s" % self.dump.roots[address][:2])
        return " ".join(parts)

    def type_of(self, address):
        if address in self.report.objects:
            return self.report.objects[address].type
        if address in self.dump.objects:
            return self.dump.objects[address].type
        return "an object that neither account has"

    def referrers(self, address):
        return [
            (thing.type, source)
            for source, thing in self.report.objects.items()
            if address in thing.referents or address in thing.owned
        ]

    def test_the_dump_is_complete_and_of_this_version(self):
        self.assertEqual(self.dump.facts["version"], self.python.version)
        self.assertEqual(self.dump.facts["complete"], 1)
        self.assertEqual(self.dump.facts["objects"], len(self.dump.objects))

    def test_every_text_of_the_database_is_utf8(self):
        self.assertEqual(self.dump.undecodable, [])

    def test_every_tracked_object_is_in_the_dump(self):
        found = Mismatches("tracked objects that are in the dump")
        for address in sorted(self.report.tracked()):
            found.compared += 1
            if address not in self.dump.objects:
                thing = self.report.objects[address]
                found.add("%s of generation %d" % (thing.type, thing.generation), self.text(address))
        self.conclude(found)

    def test_every_object_that_another_refers_to_is_in_the_dump(self):
        found = Mismatches("objects that are in the dump")
        for address, thing in self.report.objects.items():
            found.compared += 1
            if address not in self.dump.objects:
                where = ", ".join("%s at 0x%x" % holder for holder in self.referrers(address)[:3])
                found.add(thing.type, "%s held by %s" % (self.text(address), where or "?"))
        self.conclude(found)

    def test_an_object_is_tracked_in_the_dump_exactly_when_gc_tracks_it(self):
        found = Mismatches("gc-tracked flags")
        tracked = self.report.tracked()
        for address, thing in self.dump.objects.items():
            told = address in tracked
            if thing.generation == PERMANENT:  # No list that gc shows has these.
                if address not in self.report.objects:
                    continue
                told = self.report.objects[address].tracked
            found.compared += 1
            if bool(thing.tracked) != told:
                word = "only in the dump" if thing.tracked else "only for gc"
                found.add("%s tracked %s" % (self.type_of(address), word), self.text(address))
        self.conclude(found)

    def test_generations_are_those_of_gc(self):
        found = Mismatches("generations")
        for address in self.common:
            told, dumped = self.report.objects[address], self.dump.objects[address]
            if told.generation >= 0 and dumped.tracked:
                found.compared += 1
                if told.generation != dumped.generation:
                    found.add(
                        "%s: %s for generation %d" % (told.type, dumped.generation, told.generation),
                        self.text(address),
                    )
        self.conclude(found)

    def test_every_type_has_its_full_name(self):
        found = Mismatches("type names")
        for address in self.common:
            told, dumped = self.report.objects[address], self.dump.objects[address]
            found.compared += 1
            if told.type != dumped.type:
                found.add("%s: '%s'" % (told.type, dumped.type), self.text(address))
        self.conclude(found)

    def test_every_size_is_that_of_getsizeof(self):
        found = Mismatches("sizes")
        for address in self.common:
            told, dumped = self.report.objects[address], self.dump.objects[address]
            found.compared += 1
            if told.size != dumped.size and not self.is_known(self.other_sizes, told.type):
                found.add(
                    "%s: off by %+d" % (told.type, dumped.size - told.size),
                    "dump %d, getsizeof %d: %s" % (dumped.size, told.size, self.text(address)),
                )
        self.conclude(found)

    def test_every_reference_count_is_that_of_getrefcount(self):
        found = Mismatches("reference counts")
        for address in self.common:
            told, dumped = self.report.objects[address], self.dump.objects[address]
            if address in self.report.touched:
                continue
            found.compared += 1
            if told.refcount > NEVER_FREED and (dumped.refcount is None or dumped.refcount > NEVER_FREED):
                continue
            if told.type in SINGLETONS and dumped.refcount is None:
                continue
            difference = (dumped.refcount or 0) - told.refcount
            if difference != 0 and not 0 < difference <= self.cached_name_count(address):
                found.add(
                    "%s: off by %+d" % (told.type, difference),
                    "dump %s: %s" % (dumped.refcount, self.text(address)),
                )
        self.conclude(found)

    def test_the_dump_has_every_reference_that_gc_reports(self):
        found = Mismatches("references that gc tells")
        for address in self.common:
            told = self.report.objects[address]
            dumped = collections.Counter(item.target for item in self.dump.references[address])
            if address in self.interned:
                continue
            found.compared += len(told.referents)
            for target, number in (collections.Counter(told.referents) - dumped).items():
                kind = self.type_of(target)
                if dumped[target] > 0 and self.is_known(TOLD_MORE_OFTEN, told.type):
                    continue
                if self.is_held_by_another(told.type, target):
                    continue
                if self.is_held_from_outside(target) and self.is_known(LESS_THAN_GC_TELLS, told.type, kind):
                    continue
                found.add(
                    "%s -> %s" % (told.type, kind),
                    "%d of %d missing: %s -> %s"
                    % (number, told.referents.count(target), self.text(address), self.text(target)),
                )
        self.conclude(found)

    def test_the_dump_has_every_owned_reference_that_gc_does_not_see(self):
        found = Mismatches("owned references that gc does not visit")
        for address in self.common:
            told = self.report.objects[address]
            targets = {item.target for item in self.dump.references[address]}
            if address in self.interned:
                continue
            found.compared += len(told.owned)
            for target in set(told.owned) - targets:
                if self.is_held_by_another(told.type, target):
                    continue
                found.add(
                    "%s -> %s" % (told.type, self.type_of(target)),
                    "%s -> %s" % (self.text(address), self.text(target)),
                )
        self.conclude(found)

    def test_the_dump_has_no_reference_that_does_not_exist(self):
        found = Mismatches("references in the dump")
        for address in self.common:
            told = self.report.objects[address]
            left = collections.Counter(told.referents)

            def is_more(item):
                return self.is_known(self.known_references, told.type, item.kind, item.label)

            # Of several references to one object, gc tells those that are not listed.
            references = self.dump.references[address]
            for item in sorted(references, key=is_more) if len(references) > len(told.referents) else references:
                found.compared += 1
                if left[item.target] > 0:
                    left[item.target] -= 1
                elif item.target not in told.owned and not is_more(item):
                    label = re.sub(r"\d+", "N", str(item.label))[:40]
                    found.add(
                        "%s -> %s, %s '%s'" % (told.type, self.type_of(item.target), item.kind, label),
                        "%s -> %s" % (self.text(address), self.text(item.target)),
                    )
        self.conclude(found)

    def is_known(self, table, *facts):
        return is_known(table, self.python.version, *facts)

    def is_held_unseen(self, address):
        """Whether only garbage holds the object, in a way that gc does not see."""
        holders = self.holders[address]
        return (
            address in self.dump.objects
            and self.dump.objects[address].surplus == 0
            and bool(holders)
            and self.holder_addresses[address] <= self.report.garbage
            and all(
                self.is_known(HELD_UNSEEN, holder, self.type_of(address), label)
                for holder, label in holders
            )
        )

    def cached_name_count(self, address):
        """How often the method cache holds the name; the survey's own look-ups replace its entries."""
        roots = self.dump.roots.get(address, ())
        return sum(str(label).startswith("name of a cached method") for _, label in roots)

    def is_held_from_outside(self, address):
        """Whether the dump reports holders of the object beyond those it shows, known or unknown."""
        thing = self.dump.objects.get(address)
        return thing is not None and (
            thing.refcount is None
            or thing.surplus > 0
            or any(kind == "native" for kind, _ in self.dump.roots.get(address, ()))
        )

    def is_held_by_another(self, source, target):
        return any(
            self.is_known(HELD_BY_ANOTHER, source, holder, label)
            for holder, label in self.holders[target]
        )

    def test_the_cells_of_a_closure_have_the_names_of_its_variables(self):
        found = Mismatches("variables of closures")
        closures = {
            item.target
            for references in self.dump.references.values()
            for item in references
            if item.label == "__closure__"
        }
        for closure in closures:
            for item in self.dump.references[closure]:
                if self.type_of(item.target) == "cell":
                    found.compared += 1
                    # The names of those that the compiler creates begin with a dot.
                    if item.kind != "cell" or not item.label.lstrip(".").isidentifier():
                        found.add("%s '%s'" % (item.kind, item.label), self.text(closure))
        self.conclude(found)

    def test_no_object_has_more_references_than_its_count(self):
        found = Mismatches("counts of references")
        guessed = {
            item.target
            for references in self.dump.references.values()
            for item in references
            if self.scanned_references_may_not_count and item.kind == "conservative"
        }
        for address, thing in self.dump.objects.items():
            if thing.surplus is not None and address not in guessed:
                found.compared += 1
                if thing.surplus + self.uncounted(address) < 0:
                    found.add("%s: %d" % (thing.type, thing.surplus), self.text(address))
        self.conclude(found)

    def uncounted(self, address):
        """References to the object that are known to exist and known not to be counted."""
        if self.dump.objects[address].surplus >= 0:
            return 0
        return sum(
            self.is_known(NOT_COUNTED, self.dump.objects[source].type, item.kind, self.type_of(address))
            for source, references in self.dump.references.items()
            for item in references
            if item.target == address
        )

    def test_nearly_every_reference_count_is_fully_explained(self):
        found = Mismatches("reference counts that the dump explains")
        for address, thing in self.dump.objects.items():
            if thing.surplus is not None:
                found.compared += 1
                if thing.surplus > 0:
                    found.add(thing.type, self.text(address))
        print("%s: %s" % (self.python.version, found.summary()), file=sys.stderr)
        self.assertLess(found.count(), found.compared * self.unexplained, str(found))

    def test_weak_references_point_at_their_referents(self):
        found = Mismatches("weak references")
        for address in self.common:
            told = self.report.objects[address]
            if "weak" not in told.type.lower():
                continue
            found.compared += 1
            dumped = sorted(item.target for item in self.dump.weak[address])
            if told.weak and dumped != sorted(told.weak):
                found.add(told.type, "dump %s, told %s: %s" % (dumped, told.weak, self.text(address)))
        self.conclude(found)

    def test_objects_that_gc_finds_unreachable_are_unreachable_in_the_dump(self):
        found = Mismatches("objects that gc.collect() found unreachable")
        for address in sorted(self.report.garbage):
            found.compared += 1
            if address in self.dump.objects and self.dump.objects[address].reachable:
                found.add(self.type_of(address), self.text(address))
        self.conclude(found)

    def test_objects_that_are_unreachable_in_the_dump_gc_finds_unreachable(self):
        found = Mismatches("tracked objects that the dump calls unreachable")
        unreachable = self.report.garbage | self.report.gone | self.report.freed
        for address, thing in self.dump.objects.items():
            if thing.tracked and not thing.reachable:
                found.compared += 1
                if address not in unreachable and not self.is_held_unseen(address):
                    found.add(self.type_of(address), self.text(address))
        self.conclude(found)

    def test_objects_freed_by_a_finalizer_are_unreachable_in_the_dump(self):
        found = Mismatches("unreachable objects that a finalizer freed")
        for address in self.report.gone:
            thing = self.report.objects[address]
            labels = [label for _, label in self.dump.roots.get(address, ())] or [""]
            if not self.is_known(FREED_BY_CODE, thing.type, labels[0]):
                found.compared += 1
                if address in self.dump.objects and self.dump.objects[address].reachable:
                    found.add(thing.type, self.text(address))
        self.conclude(found)

    def test_no_live_object_is_unreachable_in_the_dump(self):
        found = Mismatches("live objects")
        unseen = set(filter(self.is_held_unseen, self.report.tracked()))
        # The table of interned strings does not count its references to them.
        for address in self.report.live(unseen | self.interned):
            found.compared += 1
            if address in self.dump.objects and not self.dump.objects[address].reachable:
                found.add(self.type_of(address), self.text(address))
        self.conclude(found)

    def test_locals_of_blocked_threads_are_roots(self):
        held = {}
        for address, roots in self.dump.roots.items():
            for kind, label in roots:
                if kind == "frame":
                    held[label] = self.dump.objects[address].type
        for function, variable, kind in self.blocked:
            matching = [
                label for label, type_name in held.items()
                if function in label and variable in label and type_name == kind
            ]
            self.assertTrue(matching, "%s of %s is no root; roots: %s" % (variable, function, held))


for_each_interpreter(CaptureAgreesWithTheInterpreter)

if __name__ == "__main__":
    unittest.main()
