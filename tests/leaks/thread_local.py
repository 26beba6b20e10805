"""A thread-local cache, filled by a worker of a thread pool that lives as long as the program."""

import threading

import ordinary

HOLDER = "module __main__ > .LOCAL > .dummies > dict[*] > dict"
HELD = "list"

LOCAL = threading.local()


class Row:
    def __init__(self, number):
        self.number = number
        self.columns = {"name": "row %d" % number, "price": number * 1.5, "tags": [number]}


def rows_of(query):
    if not hasattr(LOCAL, "rows"):
        LOCAL.rows = {}
    if query not in LOCAL.rows:
        LOCAL.rows[query] = [Row(query * 10 + number) for number in range(10)]
    return LOCAL.rows[query]


ordinary.POOL.submit(lambda: [len(rows_of(query)) for query in range(1000)]).result()
ordinary.wait_to_be_captured()
