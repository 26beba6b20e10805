"""functools.lru_cache on a method: the cache belongs to the class and keeps every self."""

import functools

import ordinary

HOLDER = "module __main__ > .Report > .total > .cache > dict"
HELD = "__main__.Report"


class Report:
    def __init__(self, customer):
        self.customer = customer
        self.lines = [(customer, number, number * 1.19) for number in range(20)]

    @functools.lru_cache(maxsize=None)
    def total(self):
        return sum(line[2] for line in self.lines)


def answer(customer):
    report = Report(customer)
    return report.total()


for customer in range(3000):
    answer(customer)
ordinary.wait_to_be_captured()
