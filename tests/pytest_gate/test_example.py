"""An example of the fixture: the same work repeated, once with a leak and once without."""

_SEEN = []


def handle(request, remember):
    text = "answer to %s" % request
    if remember:
        _SEEN.append(text)
    return text


def test_work_that_leaks_nothing(heap_repeats):
    for repeat in heap_repeats(8):
        assert handle(repeat, remember=False)


def test_work_that_leaks(heap_repeats):
    for repeat in heap_repeats(8):
        assert handle(repeat, remember=True)
