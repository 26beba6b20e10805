"""A capture of a process with an object of each type (programs/zoo.py) reports exactly what the
interpreter reports, and knows the layout of every type.
"""

import unittest

from capture_agrees_with_the_interpreter_test import CaptureAgreesWithTheInterpreter
from mismatches import Mismatches
from processes import for_each_interpreter


class OnlyModulesAreScanned(CaptureAgreesWithTheInterpreter):
    def test_only_the_state_of_modules_is_scanned_conservatively(self):
        found = Mismatches("references found by scanning")
        for source, references in self.dump.references.items():
            for item in references:
                if item.kind == "conservative":
                    found.compared += 1
                    if self.type_of(source) != "module":
                        found.add(self.type_of(source), self.text(source))
        self.conclude(found)


class EveryTypeAgreesWithTheInterpreter(OnlyModulesAreScanned):
    program = "zoo.py"
    blocked = (
        ("wait_on_lock", "local", "list"),
        ("sort_slowly", "descriptor", "cell"),
        ("wait_in_generator", "inner", "function"),
    )

    def test_objects_held_only_by_an_evaluation_stack_are_found_there(self):
        found = sorted(
            self.dump.objects[address].type
            for address, roots in self.dump.roots.items()
            if ("frame", "amid-values wait_amid_values() evaluation stack") in roots
        )
        # A list, a dict, and the function being called, with its argument.
        self.assertEqual([name for name in found if name in ("list", "dict")], ["dict", "list"])
        self.assertIn("builtin_function_or_method", found)

    def test_objects_held_only_by_native_code_are_in_the_dump(self):
        found = [
            address for address, thing in self.dump.objects.items() if thing.value == "held by C code only"
        ]
        self.assertEqual(len(found), 1)
        self.assertNotIn(found[0], self.report.objects)
        self.assertEqual(self.dump.roots[found[0]], [("native", None)])
        self.assertEqual(self.dump.objects[found[0]].surplus, 1)


for_each_interpreter(EveryTypeAgreesWithTheInterpreter)

if __name__ == "__main__":
    unittest.main()
