"""Properties of content digests, and of the readers of what is hostile."""

from __future__ import annotations

import marshal
import sys
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from support.environments import content_of_bytes
from support.own_interpreter import own_target
from support.wheels import build_wheel
from uplock.content.digest import predict
from uplock.content.entry_points import parse_entry_points
from uplock.content.marshalled import summarize
from uplock.content.record import parse_record
from uplock.content.scripts import head_of
from uplock.errors import InputError

NAMES = st.sampled_from(["a.py", "b/c.py", "b/d.txt", "demo-1.0.data/scripts/e", "demo-1.0.data/data/share/f"])
FILES = st.dictionaries(NAMES, st.binary(max_size=40))
RELEASE = sys.version_info[:2]
CODE_OBJECT = compile("def f(x):\n    return {'a': (x, 1.5)}\n", "/f.py", "exec", dont_inherit=True)
CODE = marshal.dumps(CODE_OBJECT)


def digest(files: dict[str, bytes]) -> str:
    info = {"demo-1.0.dist-info/RECORD": b""}
    content = content_of_bytes(build_wheel("demo", "1.0", files={**files, **info}))
    return predict([content], own_target()).digest


def normal(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return files as digests see them: without the first line of scripts that installers rewrite."""
    return {
        name: b"#!python\n" + data.partition(b"\n")[2] if "/scripts/" in name and data.startswith(b"#!python") else data
        for name, data in files.items()
    }


@given(FILES, FILES)
def test_digests_are_equal_if_and_only_if_the_files_are(first: dict[str, bytes], second: dict[str, bytes]) -> None:
    assert (digest(first) == digest(second)) == (normal(first) == normal(second))


@given(st.binary(max_size=300))
def test_readers_of_hostile_bytes_refuse_or_answer(data: bytes) -> None:
    head_of(data)
    head_of(b"#!/bin/sh\n'''exec' " + data)
    for read in (parse_record, parse_entry_points, lambda raw: summarize(raw, RELEASE)):
        with suppress(InputError):
            read(data)
    with suppress(InputError):
        summarize(b"\xe3" + data, RELEASE)


@given(st.integers(0, len(CODE) - 1), st.integers(1, 255))
def test_no_changed_byte_of_code_goes_unseen_but_where_its_meaning_stays(position: int, change: int) -> None:
    changed = CODE[:position] + bytes((CODE[position] ^ change,)) + CODE[position + 1 :]
    try:
        found = summarize(changed, RELEASE)
    except InputError:
        return
    plain = summarize(CODE, RELEASE)
    if found == plain:  # only how it is written may differ: a mark for reuse, interned or not, ASCII or not
        assert marshal.loads(changed) == CODE_OBJECT  # noqa: S302 - our own code, one byte changed and summed up
