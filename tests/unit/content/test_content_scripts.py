"""Scripts: heads that installers write, bodies that entry points generate, and entry points themselves."""

from __future__ import annotations

import pytest

from uplock.content.entry_points import parse_entry_points
from uplock.content.scripts import head_of, is_generated
from uplock.errors import InputError
from uplock.model.content import EntryPointScript

SHELL = b"#!/bin/sh\n'''exec' %b \"$0\" \"$@\"\n' '''\n"
BESIDE = b'"$(dirname -- "$(realpath -- "$0")")"/\'python3\''


@pytest.mark.parametrize(
    ("head", "starts"),
    [
        (b"#!/usr/bin/python3.12\n", "/usr/bin/python3.12"),
        ("#!/hôme/python\n".encode(), "/hôme/python"),
        (SHELL % b"/long/python", "/long/python"),
        (SHELL % b'"/with space/python"', "/with space/python"),
        (SHELL % b"'/with \"$quotes/python'", '/with "$quotes/python'),
        (SHELL % BESIDE, "./python3"),
    ],
)
def test_heads_that_installers_write_are_known(head: bytes, starts: str) -> None:
    found = head_of(head + b"import sys\n")
    assert found is not None
    assert (found.starts, found.size) == (starts, len(head))


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"#!python\n",
        b"#!/usr/bin/env python\n",
        b"#!/usr/bin/python -E\n",
        b"#!/usr/bin/python\r\n",
        b"#!/usr/bin/python",
        b"#!/usr/bin/\xffpython\n",
        b"#!/" + b"x" * 250 + b"/python\n",
        b"#!/bin/sh\n",
        b"#!/x/evil\n",
        b" #!/usr/bin/python\n",
        SHELL % b"python",
        SHELL % b"/x/python; evil",
        SHELL % b"/x/$(evil)/python",
        SHELL % b"/x/`evil`/python",
        SHELL % b'"/x/$(evil)/python"',
        SHELL % b"'/x'evil'/python'",
        SHELL % b"'/x/\xff/python'",
        SHELL % (b'"$(dirname -- "$(realpath -- "$0")")"/\'../evil\''),
        SHELL % (b"/" + b"x" * 5000 + b"/python"),
    ],
)
def test_other_heads_are_not_known(head: bytes) -> None:
    assert head_of(head + b"import sys\n") is None


SCRIPT = EntryPointScript(name="demo", module="demo.cli", attribute="App.run", kind="console")
BODIES = {
    "pip before 25.1": "# -*- coding: utf-8 -*-\nimport re\nimport sys\nfrom demo.cli import App\n"
    "if __name__ == '__main__':\n    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])\n"
    "    sys.exit(App.run())\n",
    "pip": "import sys\nfrom demo.cli import App\nif __name__ == '__main__':\n"
    "    sys.argv[0] = sys.argv[0].removesuffix('.exe')\n    sys.exit(App.run())\n",
    "uv": '# -*- coding: utf-8 -*-\nimport sys\nfrom demo.cli import App\nif __name__ == "__main__":\n'
    '    if sys.argv[0].endswith("-script.pyw"):\n        sys.argv[0] = sys.argv[0][:-11]\n'
    '    elif sys.argv[0].endswith(".exe"):\n        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(App.run())\n',
}


@pytest.mark.parametrize("installer", BODIES)
def test_generated_bodies_are_known_and_no_other(installer: str) -> None:
    body = BODIES[installer].encode()
    assert is_generated(body, SCRIPT)
    for position in range(len(body)):
        assert not is_generated(body[:position] + bytes((body[position] ^ 1,)) + body[position + 1 :], SCRIPT)
    assert not is_generated(body + b"\n", SCRIPT)
    assert not is_generated(body.replace(b"demo.cli", b"demo.evil"), SCRIPT)


def test_entry_points_are_read_as_installers_read_them() -> None:
    text = """
# a comment
[console_scripts]
 b = pkg.mod : func [extra1, extra2]
; another
a=pkg:Class.method
a = pkg:Class.method

[other.group]
anything goes here
[gui_scripts]
näme = pkg:ö
"""
    found = parse_entry_points(text.encode())
    assert [(each.name, each.module, each.attribute, each.kind) for each in found] == [
        ("a", "pkg", "Class.method", "console"),
        ("b", "pkg.mod", "func", "console"),
        ("näme", "pkg", "ö", "gui"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "a",
        "a = pkg",
        "a = pkg:",
        "a = pkg:f(x)",
        "a = pkg:f; import os",
        "a = pkg.:f",
        "a = 1pkg:f",
        "../a = pkg:f",
        ".. = pkg:f",
        "a\\b = pkg:f",
        "= pkg:f",
        "a = pkg:f\na = pkg:g",
        "a = pkg:f\n[gui_scripts]\na = pkg:f",
    ],
)
def test_malformed_entry_points_are_refused(line: str) -> None:
    with pytest.raises(InputError, match=r"declares"):
        parse_entry_points(f"[console_scripts]\n{line}\n".encode())


def test_entry_points_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputError, match="UTF-8"):
        parse_entry_points(b"\xff")
