"""Subinterpreters, by means of the module that each version of CPython has for them."""

import os
import sys
import traceback

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


def run_or_end(interpreter, text):
    """For threads, whose failure would otherwise go unnoticed while everybody waits for them."""
    try:
        run(interpreter, text)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
