"""A thread that collects items to send, and never sends them."""

import queue
import threading

import ordinary

HOLDER = "frame collect() batch > list"
HELD = "__main__.Event"


class Event:
    def __init__(self, number):
        self.name = "event %d" % number
        self.fields = {"number": number, "text": "text of event %d" % number}


def collect(events):
    batch = []
    while True:
        event = events.get()
        batch.append(event)
        events.task_done()
        if len(batch) > 10**9:
            batch.clear()


events = queue.Queue()
threading.Thread(target=collect, args=(events,), daemon=True).start()
for number in range(12_000):
    events.put(Event(number))
events.join()
ordinary.wait_to_be_captured()
