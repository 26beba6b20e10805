"""The differences between two accounts of one heap, reported so that the reader sees why."""

import collections

_EXAMPLES = 4
_GROUPS = 25


class Mismatches:
    """Collects differences by group ("dict item -> str"), with examples."""

    def __init__(self, title):
        self.title = title
        self.compared = 0
        self.groups = collections.defaultdict(list)

    def add(self, group, example):
        self.groups[group].append(example)

    def count(self):
        return sum(map(len, self.groups.values()))

    def summary(self):
        return "%s: %s compared, %s differ" % (
            self.title,
            format(self.compared, ","),
            format(self.count(), ","),
        )

    def __str__(self):
        lines = [self.summary()]
        by_number = sorted(self.groups.items(), key=lambda item: (-len(item[1]), str(item[0])))
        for group, examples in by_number[:_GROUPS]:
            lines.append("  %7d x %s" % (len(examples), group))
            lines += ["              %s" % example for example in examples[:_EXAMPLES]]
        if len(by_number) > _GROUPS:
            lines.append("  and %d more groups" % (len(by_number) - _GROUPS))
        return "\n".join(lines)
