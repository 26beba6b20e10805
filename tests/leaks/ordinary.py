"""What a healthy service has in memory besides a leak: every program in this folder imports it.

Libraries, a lookup table, a bounded cache with its entries, compiled patterns, a block of bytes, a
list of records, and a pool of threads that wait for work.
"""

import argparse  # noqa: F401  (here and below: imported for their weight)
import concurrent.futures
import csv  # noqa: F401
import ctypes
import decimal  # noqa: F401
import email.message  # noqa: F401
import functools
import http.client  # noqa: F401
import json
import logging
import os
import re
import sqlite3  # noqa: F401
import threading
import unittest  # noqa: F401
import urllib.request  # noqa: F401
import xml.dom.minidom  # noqa: F401

LOG = logging.getLogger("ordinary")
LOG.addHandler(logging.NullHandler())

# 1.5 MiB: postal codes and where they are.
POSTAL_CODES = {"%05d" % code: "town %d" % (code % 997) for code in range(10_000, 20_000)}

# 0.7 MiB: as if read from a file of translations.
TRANSLATIONS = json.loads(
    json.dumps({"text.%d" % n: {"en": "words %d" % n, "de": "W\u00f6rter %d" % n} for n in range(2000)})
)

# 1 MiB: a picture, a model, a font.
PICTURE = bytes(range(256)) * 4096

PATTERNS = [re.compile(r"^/user/(\d+)/%s/(?P<rest>.*)$" % page) for page in ("a", "b", "c", "d")]


class Country:
    def __init__(self, number):
        self.code = "C%03d" % number
        self.name = "Country %d" % number
        self.neighbours = []


COUNTRIES = [Country(number) for number in range(250)]
for here, there in zip(COUNTRIES, COUNTRIES[1:]):
    here.neighbours.append(there)
    there.neighbours.append(here)


@functools.lru_cache(maxsize=1000)
def price_text(cents):
    return "%d.%02d EUR" % divmod(cents, 100)


for amount in range(0, 5000, 3):
    price_text(amount)

POOL = concurrent.futures.ThreadPoolExecutor(4)
list(POOL.map(price_text, range(100)))

METRICS = {}
METRICS_LOCK = threading.Lock()


def wait_to_be_captured():
    """Reports that the program is ready, and answers each byte until its input ends."""
    pr_set_ptracer, anyone = 0x59616D61, ctypes.c_ulong(-1)
    ctypes.CDLL(None).prctl(pr_set_ptracer, anyone, 0, 0, 0)  # Where Yama restricts ptrace.
    os.write(1, b"ready\n")
    while os.read(0, 1):
        os.write(1, b"here\n")
    os._exit(0)
