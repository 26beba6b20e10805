"""What the modules of the zoo (see zoo.py) register their exhibits with."""

import gc

KEPT = {}
_EXHIBITS = []
_UNIQUE = []
_ABSENT = []


def exhibit(function):
    """Registers a function whose result is kept. ImportError means: not in this interpreter."""
    _EXHIBITS.append(function)
    return function


def unique(function):
    """Registers an exhibit of which no second instance can be created and lost."""
    _UNIQUE.append(function)
    return exhibit(function)


def absent():
    """The exhibits that do not exist in this interpreter."""
    return list(_ABSENT)


def build():
    for function in _EXHIBITS:
        try:
            KEPT[function.__name__] = function()
        except ImportError as error:
            _ABSENT.append("%s (%s)" % (function.__name__, error))
        gc.collect(0)


def lose():
    """Creates the exhibits once more, each in a cycle to which nothing refers."""
    for function in _EXHIBITS:
        if function.__name__ in KEPT and function not in _UNIQUE:
            cycle = [function()]
            cycle.append(cycle)
