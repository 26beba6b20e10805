"""Interpreters beside the main one, by the modules that the versions of CPython have for them."""

import sys

if sys.version_info >= (3, 13):
    import _interpreters

    def create(kind):
        return _interpreters.create(kind)

    def run(interpreter, text):
        failure = _interpreters.run_string(interpreter, text)
        if failure is not None:
            raise RuntimeError(failure.formatted)

else:
    import _xxsubinterpreters

    def create(kind):
        if sys.version_info >= (3, 12):
            return _xxsubinterpreters.create(isolated=kind == "isolated")
        return _xxsubinterpreters.create()

    run = _xxsubinterpreters.run_string
