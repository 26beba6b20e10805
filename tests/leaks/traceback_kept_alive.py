"""Exceptions kept for a report: each traceback keeps its frames alive, and these their locals."""

import ordinary

HOLDER = "module __main__ > .FAILURES > list"
HELD = "ValueError"

FAILURES = []


def read_order(number):
    lines = ["order %d, line %d" % (number, line) for line in range(50)]
    total = sum(len(line) for line in lines)
    raise ValueError("order %d of %d characters has no customer" % (number, total))


def import_orders(count):
    for number in range(count):
        try:
            read_order(number)
        except ValueError as error:
            FAILURES.append(error)


import_orders(1500)
ordinary.wait_to_be_captured()
