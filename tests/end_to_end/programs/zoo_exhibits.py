"""What the modules of the zoo (see zoo.py) register their exhibits with."""

import gc

KEPT = {}
_EXHIBITS = []
_UNIQUE = []
_ABSENT = []


def exhibit(function):
    """Makes a function one of those whose results are kept. ImportError: not in this interpreter."""
    _EXHIBITS.append(function)
    return function


def unique(function):
    """An exhibit of which there is no second one to be lost."""
    _UNIQUE.append(function)
    return exhibit(function)


def absent():
    """The exhibits that this interpreter does not have."""
    return list(_ABSENT)


def build():
    for function in _EXHIBITS:
        try:
            KEPT[function.__name__] = function()
        except ImportError as error:
            _ABSENT.append("%s (%s)" % (function.__name__, error))
        gc.collect(0)


def lose():
    """Makes the exhibits once more, each on a cycle that nothing refers to."""
    for function in _EXHIBITS:
        if function.__name__ in KEPT and function not in _UNIQUE:
            cycle = [function()]
            cycle.append(cycle)
