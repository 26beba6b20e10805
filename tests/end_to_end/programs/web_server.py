"""A web server with sessions in memory: each request extends a session and returns its new length.

Usage: web_server.py SESSIONS. Prints "ready PORT", and then answers like the other programs, but with
the number of requests served: "served NUMBER".
"""

import http.server
import os
import sys
import threading

SESSIONS = {str(number): [{"number": number, "seen": [number]}] for number in range(int(sys.argv[1]))}
LOCK = threading.Lock()
served = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # Keep connections open.
    wbufsize = -1  # Send each answer as one packet.

    def do_GET(self):
        global served
        session = SESSIONS[self.path.strip("/")]
        session.append({"path": self.path, "headers": dict(self.headers)})
        body = str(len(session)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with LOCK:
            served += 1  # Before the client can see the answer.
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
os.write(1, b"ready %d\n" % server.server_port)
while os.read(0, 1):
    os.write(1, b"served %d\n" % served)
os._exit(0)
