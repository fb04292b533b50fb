r"""Scripts: the first line that is the installer's, and the programs that entry points generate.

Three heads are known, and nothing else counts: ``#!PATH``; the shell head that takes its place where the path is too
long or has spaces (``'''exec' PATH "$0" "$@"``); and the shell head of relocatable environments, which starts the
interpreter beside the script. Bodies are compared whole with those that pip and uv write.
"""

from __future__ import annotations

import re

from uplock.model.content import EntryPointScript
from uplock.model.value import Value

MARK = b"#!python"
"""How a script of a wheel begins whose first line is the installer's to write (PEP 427)."""
MAX_HEAD = 4096
"""Bytes that a head may have: paths are not longer."""
MAX_GENERATED = 16 * 1024
"""Bytes that a generated script may have."""

BESIDE = ""
"""The interpreter of a relocatable script: the one that lies beside it, by the name in :attr:`Head.name`."""

_LONGEST_LINE = 255
"""Bytes of a first line that Linux reads; of a longer one it would start something else, or nothing."""
_PROGRAM = rb"[Pp]ython[0-9.]*"
_LINE = re.compile(rb"#!(?P<path>/(?:[^\s\x00-\x1f\x7f]+/)?" + _PROGRAM + rb")\n")
_SHELL = re.compile(
    rb"#!/bin/sh\n'''exec' (?:"
    rb"\"(?P<double>/(?:[^\"$`\\\x00-\x1f\x7f]+/)?" + _PROGRAM + rb")\""
    rb"|'(?P<single>/(?:[^'\x00-\x1f\x7f]+/)?" + _PROGRAM + rb")'"
    rb"|(?P<bare>/(?:[\w@%+=:,./\x80-\xff-]+/)?" + _PROGRAM + rb")"
    rb"|\"\$\(dirname -- \"\$\(realpath -- \"\$0\"\)\"\)\"/'(?P<name>" + _PROGRAM + rb")'"
    rb") \"\$0\" \"\$@\"\n' '''\n"
)

_CODING = "# -*- coding: utf-8 -*-\n"
_IMPORT = "from {module} import {imported}\n"
_BODIES = (
    # pip before 25.1: distlib's
    _CODING + "import re\nimport sys\n" + _IMPORT + "if __name__ == '__main__':\n"
    "    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])\n    sys.exit({attribute}())\n",
    # pip from 25.1 on
    "import sys\n" + _IMPORT + "if __name__ == '__main__':\n"
    "    sys.argv[0] = sys.argv[0].removesuffix('.exe')\n    sys.exit({attribute}())\n",
    # uv
    _CODING + "import sys\n" + _IMPORT + 'if __name__ == "__main__":\n'
    '    if sys.argv[0].endswith("-script.pyw"):\n        sys.argv[0] = sys.argv[0][:-11]\n'
    '    elif sys.argv[0].endswith(".exe"):\n        sys.argv[0] = sys.argv[0][:-4]\n'
    "    sys.exit({attribute}())\n",
)


class Head(Value, frozen=True, kw_only=True):
    """What an installer wrote above a script."""

    interpreter: str
    """Its path, or :data:`BESIDE`."""
    name: str = ""
    """The interpreter's file name beside a relocatable script."""
    size: int
    """Bytes of the head."""

    @property
    def starts(self) -> str:
        """The interpreter that it starts: an absolute path, or ``./NAME`` for one beside the script."""
        return self.interpreter or f"./{self.name}"


def head_of(data: bytes) -> Head | None:
    """Return the installer's head of a script, or ``None`` if it has none that is known."""
    start = data[:MAX_HEAD]
    match = _SHELL.match(start)
    if match is not None:
        path = match["double"] or match["single"] or match["bare"]
        if path is None:
            return Head(interpreter=BESIDE, name=match["name"].decode(), size=match.end())
        return _head(path, match.end())
    match = _LINE.match(start)
    if match is None or match.end() > _LONGEST_LINE:
        return None
    return _head(match["path"], match.end())


def _head(path: bytes, size: int) -> Head | None:
    try:
        return Head(interpreter=path.decode("utf-8"), size=size)
    except UnicodeDecodeError:
        return None


def normal_form(body: bytes) -> bytes:
    """Return a rewritten script as it is digested, whoever installed it."""
    return MARK + b"\n" + body


def is_generated(body: bytes, script: EntryPointScript) -> bool:
    """Whether ``body``, below its head, is what an installer generates for an entry point."""
    imported = script.attribute.partition(".")[0]
    fields = {"module": script.module, "imported": imported, "attribute": script.attribute}
    return any(body == template.format(**fields).encode() for template in _BODIES)
