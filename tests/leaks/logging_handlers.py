"""Every job adds a handler to the same logger, and none removes its own."""

import io
import logging

import ordinary

HOLDER = "... > .loggerDict > dict[*] > .handlers > list"
HELD = "logging.StreamHandler"


def run_job(number):
    logger = logging.getLogger("jobs")
    logger.propagate = False
    report = io.StringIO()
    handler = logging.StreamHandler(report)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    logger.warning("job %d began, with a report of its own" % number)


for number in range(300):
    run_job(number)
ordinary.wait_to_be_captured()
