"""What a wheel without a file name is called: by its own metadata (PEP 427)."""

from __future__ import annotations

import re
from typing import BinaryIO

from uplock.errors import InputError
from uplock.inspect.source import Source
from uplock.inspect.zipdirectory import read_directory, refuse
from uplock.inspect.zipmember import pieces

MAX_WHEEL = 1024 * 1024
"""Bytes of WHEEL that are read."""

_DIST_INFO = re.compile(r"([^/-]+)-([^/-]+)\.dist-info/WHEEL\Z")
_TAG = re.compile(r"^Tag:[ \t]*([\w.]+)-([\w.]+)-([\w.]+)[ \t]*\r?$", re.MULTILINE | re.ASCII)


def own_name(stream: BinaryIO) -> str:
    """Return a file name that says what the wheel's metadata says: name, version and tags; no build number.

    Raises :class:`InputError` if the stream is no wheel, or does not say it.
    """
    source = Source(stream)
    directory = read_directory(source)
    found = [(match, member) for member in directory.members if (match := _DIST_INFO.match(member.path))]
    if len(found) != 1:
        refuse(f"has {len(found)} .dist-info directories with WHEEL instead of one")
    ((match, member),) = found
    if member.size > MAX_WHEEL:
        refuse(f"its {member.size} bytes are more than {MAX_WHEEL}", member.path)
    tags = _TAG.findall(b"".join(pieces(source, member, directory.start)).decode("utf-8", "replace"))
    if not tags:
        raise InputError("names no tags", context=member.path, remedy="Tell the wheel's file name.")
    triple = (".".join(sorted({part for tag in each for part in tag.split(".")})) for each in zip(*tags, strict=True))
    return f"{match[1]}-{match[2]}-{'-'.join(triple)}.whl"
