"""A list that is an attribute of the class, although each instance was meant to have its own."""

import ordinary

HOLDER = "module __main__ > .Parser > .tokens > list"
HELD = "__main__.Token"


class Token:
    __slots__ = ("kind", "text", "line")

    def __init__(self, kind, text, line):
        self.kind = kind
        self.text = text
        self.line = line


class Parser:
    tokens = []

    def parse(self, source):
        for line, words in enumerate(source):
            for word in words.split():
                self.tokens.append(Token("word", word, line))
        return len(self.tokens)


for document in range(400):
    Parser().parse(["document %d has %d lines of words" % (document, 20)] * 20)
ordinary.wait_to_be_captured()
