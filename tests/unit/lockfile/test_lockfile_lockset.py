"""The lock set: its names become names of files, so they are checked before anyone uses them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from support.subjects import NOTHING, TODAY, make_missing, make_target
from uplock.errors import InputError
from uplock.lockfile.lockset import pylock_name, read_lockset, requirements_name, write_lockset
from uplock.model.lock import GenerationRef, LockEntry, LockSet
from uplock.model.value import changed


def full() -> LockSet:
    target = make_target("3.12.1")
    return LockSet(
        exclude_newer=TODAY,
        inputs=NOTHING,
        view=NOTHING,
        resolver="uv 0.13.9",
        targets=(
            LockEntry(
                target=target.name,
                python="3.12.1",
                platform="linux-x86_64",
                role="baseline",
                pylock=NOTHING,
                requirements=NOTHING,
            ),
        ),
        missing=(make_missing("demo"),),
        generation=GenerationRef(id=NOTHING, content=NOTHING, parent=NOTHING),
    )


def refused(raw: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_lockset(raw, "locks/lockset.json")
    assert caught.value.context.startswith("locks/lockset.json")
    assert caught.value.remedy
    return caught.value


def edited(path: str, value: object) -> bytes:
    document: Any = json.loads(write_lockset(full()))
    place = document
    *parents, last = path.split(".")
    for each in parents:
        place = place[int(each)] if each.isdigit() else place[each]
    place[last] = value
    return json.dumps(document).encode()


def test_a_lock_set_reads_back_as_it_was_written() -> None:
    raw = write_lockset(full())
    assert read_lockset(raw, "x") == full()
    assert raw == write_lockset(read_lockset(raw, "x"))
    assert raw.endswith(b"}\n")
    first = changed(full(), generation=GenerationRef(id=NOTHING, content=NOTHING))
    assert read_lockset(write_lockset(first), "x") == first
    assert read_lockset(write_lockset(changed(first, generation=None)), "x").generation is None


def test_the_files_of_a_target() -> None:
    assert pylock_name("py312-linux-x86_64") == "pylock.py312-linux-x86_64.toml"
    assert requirements_name("py312-linux-x86_64") == "requirements.py312-linux-x86_64.txt"


@pytest.mark.parametrize(
    ("path", "value", "defect"),
    [
        ("format", 2, "format '2' is not known, only 1"),
        ("format", "9" * 5000, "is not known"),
        ("format", None, "format 'None' is not known"),
        ("surplus", 1, "unknown field `surplus`"),
        ("targets", 1, "$.targets"),
        ("inputs", "0", "inputs: must be 64 lower-case hexadecimal digits"),
        ("view", NOTHING.upper(), "view: must be 64"),
        ("exclude_newer", "2026-11-23T12:00:00", "exclude_newer: must be a moment in UTC"),
        ("exclude_newer", "2026-11-23T12:00:00+01:00", "exclude_newer: must be a moment in UTC"),
        ("exclude_newer", "2026-11-23T12:00:00.1Z", "exclude_newer: must be a moment in UTC"),
        ("targets.0.pylock", "", "targets[0].pylock: must be 64"),
        ("targets.0.requirements", NOTHING + "\n", "targets[0].requirements: must be 64"),
        ("targets.0.python", "3.12", "targets[0].python: must be a full CPython version"),
        ("targets.0.platform", "win32", "targets[0].platform: platform 'win32': 32-bit systems are not supported"),
        ("targets.0.platform", "linux-x86_64-glibc" + "9" * 5000, "targets[0].platform: platform"),
        ("targets.0.platform", "linux-x86_64-glibc2.28", "targets[0].platform: must be 'linux-x86_64'"),
        ("targets.0.role", "boss", "targets[0].role: must be 'baseline' or 'target'"),
        ("targets.0.target", "x/../../y", "targets[0].target: must be 'py312-linux-x86_64'"),
        ("missing.0.target", "../y", "missing[0].target: must be 'py313-linux-x86_64'"),
        ("missing.0.python", "3.12.9", "missing[0].target: must be 'py312-linux-x86_64'"),
        ("generation.id", "x", "generation.id: must be 64"),
        ("generation.parent", "x", "generation.parent: must be 64"),
    ],
)
def test_an_edited_lock_set_is_refused_with_the_place(path: str, value: object, defect: str) -> None:
    assert defect in str(refused(edited(path, value)))


def test_one_target_twice_is_refused() -> None:
    entry = full().targets[0]
    assert "targets[1].target: 'py312-linux-x86_64' stands twice" in str(
        refused(write_lockset(changed(full(), targets=(entry, entry))))
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = changed(full(), exclude_newer=datetime(2026, 1, 1))  # noqa: DTZ001 - the point of it
    assert "exclude_newer" in str(refused(write_lockset(naive)))


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b"1", b"[" * 100_000])
def test_something_else_is_refused(raw: bytes) -> None:
    refused(raw)
