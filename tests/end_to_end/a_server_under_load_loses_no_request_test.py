"""A server that is captured repeatedly under constant load still answers every request."""

import http.client
import subprocess
import sys
import threading
import time
import unittest

from processes import PROGRAMS, SUPPORTED, Workplace, heapscan

SESSIONS = 60_000  # So that a capture stops the server for long enough to matter.
CLIENTS = 4
CAPTURES = 10
PATIENCE = 20


class Client(threading.Thread):
    """Requests the same session continuously over one connection, and counts the answers."""

    def __init__(self, port, session):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.session = session
        self.answered = 0
        self.longest = 0.0
        self.fault = None
        self.ended = threading.Event()

    def run(self):
        try:
            while not self.ended.is_set():
                started = time.monotonic()
                self.connection.request("GET", "/%d" % self.session)
                length = int(self.connection.getresponse().read())
                self.longest = max(self.longest, time.monotonic() - started)
                self.answered += 1
                # The session started with one entry: none is missing, and none arrived twice.
                if length != self.answered + 1:
                    raise AssertionError("answer %d says %d" % (self.answered, length - 1))
        except Exception as fault:  # Whatever it is, the test has to say it.
            self.fault = fault


class AServerUnderLoadLosesNoRequest(unittest.TestCase):
    def setUp(self):
        self.work = Workplace()
        self.addCleanup(self.work.remove)
        self.server = subprocess.Popen(
            [SUPPORTED[0].path, PROGRAMS / "web_server.py", str(SESSIONS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.addCleanup(self.end_server)
        port = int(self.server.stdout.readline().split()[1])
        self.clients = [Client(port, session) for session in range(CLIENTS)]

    def end_server(self):
        self.server.kill()
        self.server.wait()
        self.server.stdin.close()
        self.server.stdout.close()

    def answered(self):
        return sum(client.answered for client in self.clients)

    def served(self):
        self.server.stdin.write("?")
        self.server.stdin.flush()
        return int(self.server.stdout.readline().split()[1])

    def capture_under_load(self, *options):
        for client in self.clients:
            client.start()
        counts = []
        for number in range(CAPTURES):
            heapscan("capture", self.server.pid, "-o", self.work / "server.hsd", "--force", *options)
            counts.append(self.answered())
        for client in self.clients:
            client.ended.set()
        for client in self.clients:
            client.join(PATIENCE)
            client.connection.close()
        self.assertEqual([client.fault for client in self.clients], [None] * CLIENTS)
        self.assertEqual(self.served(), self.answered())
        for before, after in zip(counts, counts[1:]):
            self.assertGreater(after, before, "nothing was answered from one capture to the next")
        print("%d requests during %d captures%s, the longest took %.0f ms"
              % (self.answered(), CAPTURES, " by fork" * bool(options),
                 1000 * max(client.longest for client in self.clients)), file=sys.stderr)

    def test_while_it_is_captured(self):
        self.capture_under_load()

    def test_while_it_is_captured_by_fork(self):
        self.capture_under_load("--fork")


if __name__ == "__main__":
    unittest.main()
