"""INI files with lines, as setuptools and tox read them: values go on in lines that are indented.

There is no kept library that tells the line of each line of a value, which is where a declaration stands.
"""

from __future__ import annotations

import re

from uplock.uplift.scan.tree import Scalar

_SECTION = re.compile(r"\[(?P<name>[^\]]+)\]")
_OPTION = re.compile(r"(?P<key>[^\s=:#;][^=:]*?)\s*[=:]\s*(?P<value>.*)")

Sections = dict[str, dict[str, tuple[Scalar, ...]]]
"""Lines of values by section and option (lower case); comments and empty lines are none."""


def parse_ini(text: str) -> Sections:
    """Return the sections of a file. What is neither section, option nor a line of one is passed over."""
    found: Sections = {}
    section: dict[str, tuple[Scalar, ...]] = {}
    key = ""
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        if match := _SECTION.match(line):
            section, key = found.setdefault(match["name"].strip(), {}), ""
        elif line[0] in " \t" and key:
            section[key] = (*section[key], *_value(bare, number))
        elif match := _OPTION.fullmatch(line.rstrip()):
            key = match["key"].strip().lower()
            section[key] = _value(match["value"], number)
    return found


def _value(text: str, line: int) -> tuple[Scalar, ...]:
    text = re.split(r"\s[#;]", text, maxsplit=1)[0].strip()
    return (Scalar(text=text, value=text, line=line),) if text else ()
