"""A WeakKeyDictionary whose values refer to their keys, so that no key ever dies."""

import weakref

import ordinary

HOLDER = "module __main__ > .EXTRAS > .data > dict"
HELD = "__main__.Extra"

EXTRAS = weakref.WeakKeyDictionary()


class Document:
    def __init__(self, number):
        self.title = "document %d" % number
        self.lines = ["line %d of document %d" % (line, number) for line in range(20)]


class Extra:
    def __init__(self, document):
        self.document = document
        self.comments = ["good", "document %s is fine" % document.title]


def open_document(number):
    document = Document(number)
    EXTRAS[document] = Extra(document)
    return len(document.lines)


for number in range(3000):
    open_document(number)
ordinary.wait_to_be_captured()
