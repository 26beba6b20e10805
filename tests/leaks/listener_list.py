"""Listeners that subscribe and never unsubscribe: the bus keeps the windows through their methods."""

import ordinary

HOLDER = "module __main__ > .BUS > ._listeners > list"
HELD = "__main__.Window"


class Bus:
    def __init__(self):
        self._listeners = []
        self.sent = 0

    def subscribe(self, listener):
        self._listeners.append(listener)

    def send(self, message):
        self.sent += 1
        for listener in self._listeners:
            listener(message)


class Window:
    def __init__(self, bus, title):
        self.title = title
        self.rows = ["row %d of %s" % (number, title) for number in range(30)]
        bus.subscribe(self.on_message)

    def on_message(self, message):
        self.rows[0] = message


BUS = Bus()
for number in range(2000):
    Window(BUS, "window %d" % number)
BUS.send("hello")
ordinary.wait_to_be_captured()
