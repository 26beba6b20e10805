"""A callback that is registered once, and whose closure keeps a list that grows with every call."""

import ordinary

HOLDER = "module __main__ > ._ON_UPLOAD > list[*] > .__closure__ > tuple['seen'] > .cell_contents > list"
HELD = "__main__.Upload"

_ON_UPLOAD = []


class Upload:
    def __init__(self, name):
        self.name = name
        self.parts = [name.encode() * 20 for _ in range(8)]


def watch_uploads(limit):
    seen = []

    def on_upload(upload):
        seen.append(upload)
        return len(seen) < limit

    _ON_UPLOAD.append(on_upload)


def main():
    watch_uploads(10**9)
    for number in range(4000):
        for callback in _ON_UPLOAD:
            callback(Upload("file-%d" % number))


main()
ordinary.wait_to_be_captured()
