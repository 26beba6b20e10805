"""A capture of a program in the syntax of CPython 3.12 and later (programs/newer_syntax.py) reports
exactly what the interpreter reports, and knows the layout of all of its objects.
"""

import unittest

from every_type_agrees_with_the_interpreter_test import OnlyModulesAreScanned
from processes import for_each_interpreter


class NewerSyntaxAgreesWithTheInterpreter(OnlyModulesAreScanned):
    program = "newer_syntax.py"
    least_minor = 12
    blocked = (("wait_in_generic", "local", "list"), ("wait_in_generic", "held", "list"))


for_each_interpreter(NewerSyntaxAgreesWithTheInterpreter)

if __name__ == "__main__":
    unittest.main()
