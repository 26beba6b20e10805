"""Generators from which the first page is taken, and never the rest."""

import ordinary

HOLDER = "module __main__ > ._EXPORTS > dict"
HELD = "generator"

_EXPORTS = {}


def pages(customer):
    rows = ["customer %d, row %d" % (customer, row) for row in range(60)]
    while rows:
        page, rows = rows[:10], rows[10:]
        yield page


def first_page(customer):
    export = _EXPORTS[customer] = pages(customer)
    return next(export)


for customer in range(2000):
    first_page(customer)
ordinary.wait_to_be_captured()
