"""The package sources that apt is configured with: sources.list, *.list and *.sources (sources.list(5))."""

import collections
import pathlib
import re

# `fields` are those of the deb822 style, Signed-By and the like, beside the four that have a member.
Source = collections.namedtuple("Source", "types uris suites components fields")

_OPTION_FIELDS = {"arch": "Architectures", "lang": "Languages", "target": "Targets"}


def parse_list(text):
    """Sources of the one-line style: deb [option=value ...] URI suite component..."""
    found = []
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        match = re.fullmatch(r"(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)(.*)", line)
        if match:
            kind, options, uri, suite, components = match.groups()
            fields = {}
            for option in (options or "").split():
                name, value = option.split("=", 1)
                fields[_OPTION_FIELDS.get(name, name.title())] = value.replace(",", " ")
            found.append(Source([kind], [uri], [suite], components.split(), fields))
    return found


def parse_deb822(text):
    """Sources of the deb822 style: paragraphs of fields, whose values go on in indented lines."""
    found = []
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        fields = {}
        for name, value in re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", paragraph, re.MULTILINE):
            fields[name.title()] = value
        enabled = fields.pop("Enabled", "yes").strip().lower() not in ("no", "false", "off", "0")
        lists = [fields.pop(name, "").split() for name in ("Types", "Uris", "Suites", "Components")]
        if enabled and lists[1]:
            found.append(Source(*lists, fields))
    return found


def read_sources(directory=pathlib.Path("/etc/apt")):
    """All sources of a directory like /etc/apt."""
    found = []
    for path in [directory / "sources.list", *sorted((directory / "sources.list.d").glob("*"))]:
        if path.is_file() and path.suffix in (".list", ".sources"):
            parse = parse_deb822 if path.suffix == ".sources" else parse_list
            found += parse(path.read_text())
    return found


def find_distribution(sources, suite):
    """The source that the packages of the distribution's release `suite` come from, or None."""
    for source in sources:
        if "deb" in source.types and suite in source.suites and "main" in source.components:
            return source
    return None


def deb822(source, suite, components):
    """Text for a *.sources file: another suite of the same archive, with the same keys."""
    fields = {
        "Types": "deb",
        "URIs": " ".join(source.uris),
        "Suites": suite,
        "Components": " ".join(components),
        **source.fields,
    }
    return "".join("%s: %s\n" % item for item in fields.items())
