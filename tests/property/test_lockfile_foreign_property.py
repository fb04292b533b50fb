"""Pins are read back from every style as they were; what is damaged is an error of ours, or still a lock."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.version import Version

from support.foreign import (
    FIXTURES,
    TARGETS,
    fixture,
    poetry_text,
    pylock_text,
    read_text,
    requirements_text,
    uv_text,
)
from support.strategies import damaged, digests, locks, names, targets, versions
from uplock.errors import InputError
from uplock.lockfile.foreign.lock import ForeignPin
from uplock.lockfile.foreign.marker import MarkerEnvironment, checked_marker, nesting
from uplock.lockfile.foreign.read import pins_for, read_foreign_lock
from uplock.lockfile.pylock import write_pylock
from uplock.lockfile.requirements import write_requirements
from uplock.model.lock import Lock
from uplock.model.target import Target
from uplock.model.value import changed

MARKERS = (
    "python_full_version < '3.10'",
    'sys_platform == "win32" and (python_version >= "3.10" or os_name != "nt")',
    "platform_machine in 'x86_64 arm64'",
    "implementation_name == 'cpython'",
)
T = TypeVar("T")


def attempt(read: Callable[[], T]) -> T | InputError:
    """Return what is read, or the error: any other exception is a defect."""
    try:
        return read()
    except InputError as error:
        return error


STYLES: dict[str, Callable[[list[ForeignPin]], str]] = {
    "uv.lock": uv_text,
    "pylock.toml": pylock_text,
    "poetry.lock": poetry_text,
    "requirements.txt": requirements_text,
    "joined.txt": lambda pins: requirements_text(pins, joined=False),
}


@st.composite
def pin(draw: st.DrawFn, name: str) -> ForeignPin:
    """Return a pin with as many wheels as hashes."""
    version = str(Version(draw(versions)))
    count = draw(st.integers(0, 3))
    file = f"{name.replace('-', '_')}-{version}-py3-none-{{}}.whl"
    marker = draw(st.none() | st.sampled_from(MARKERS))
    return ForeignPin(
        name=name,
        version=version,
        marker=None if marker is None else str(Marker(marker)),
        hashes=tuple(sorted(draw(st.sets(digests, min_size=count, max_size=count)))),
        files=tuple(file.format(tag) for tag in ("any", "linux_x86_64", "win_amd64")[:count]),
    )


pins = st.sets(names, max_size=6).flatmap(lambda found: st.tuples(*(pin(name) for name in sorted(found)))).map(list)


@settings(max_examples=30)
@pytest.mark.parametrize("style", STYLES)
@given(written=pins)
def test_pins_in_every_style_are_read_back(style: str, written: list[ForeignPin]) -> None:
    if style == "pylock.toml":  # a package there has a file
        written = [each for each in written if each.files]
    read = read_text(STYLES[style](written), style).pins
    without = {"node": None, "files": ()} if style.endswith(".txt") else {"node": None}
    assert [changed(each, node=None) for each in read] == [changed(each, **without) for each in written]


@settings(max_examples=40)
@given(pins, st.sampled_from(TARGETS))
def test_all_styles_hold_the_same_for_a_target(written: list[ForeignPin], target: Target) -> None:
    written = [each for each in written if each.files]
    answers = {pins_for(read_text(write(written), style), target) for style, write in STYLES.items()}
    environment = {**target.marker_environment(), "extra": ""}
    held = [each for each in written if each.marker is None or Marker(each.marker).evaluate(environment)]
    assert answers == {tuple(sorted((each.name, each.version) for each in held))}


def indexed(lock: Lock) -> Lock:
    """Return a lock as a resolver gives it: from an index, with a normalized version and a real constraint."""
    packages = tuple(
        changed(package, index="https://index.example/simple/", requires_python=">=3.8") for package in lock.packages
    )
    return changed(lock, packages=packages)


@settings(max_examples=40)
@given(locks(), targets)
def test_our_own_locks_are_read_as_those_of_others(lock: Lock, other: Target) -> None:
    lock = indexed(lock)
    expected = tuple(sorted((package.name, str(Version(package.version))) for package in lock.packages))
    hashes = {package.name: (package.artifact.sha256,) for package in lock.packages}
    written = {
        f"pylock.{lock.target.name}.toml": write_pylock(lock),
        f"requirements.{lock.target.name}.txt": write_requirements(lock),
    }
    for name, raw in written.items():
        read = read_foreign_lock(raw, name)
        assert pins_for(read, lock.target) == expected
        assert {each.name: each.hashes for each in read.pins} == hashes
        assert read.notes == ()
        elsewhere = pins_for(read, other)
        fits = other.interpreter.minor == lock.target.interpreter.minor
        fits = fits and other.platform.sys_platform == lock.target.platform.sys_platform
        fits = fits and other.platform.machine == lock.target.platform.machine
        assert elsewhere == (expected if fits or name.endswith(".txt") else ())


@settings(max_examples=30)
@given(locks())
def test_our_direct_references_are_noted(lock: Lock) -> None:
    direct = changed(lock, packages=tuple(changed(each, index=None, requires_python=None) for each in lock.packages))
    for name, raw in {"pylock.toml": write_pylock(direct), "requirements.txt": write_requirements(direct)}.items():
        read = read_foreign_lock(raw, name)
        assert read.pins == ()
        assert len(read.notes) == len(lock.packages)


@settings(max_examples=25)
@pytest.mark.parametrize("path", FIXTURES)
@given(data=st.data())
def test_a_damaged_lock_is_an_error_of_ours_or_still_a_lock(path: str, data: st.DataObject) -> None:
    raw = data.draw(damaged(fixture(path)))
    found = attempt(lambda: [pins_for(read_foreign_lock(raw, path.rpartition("/")[2]), each) for each in TARGETS])
    match found:
        case InputError():
            assert found.remedy
            assert found.message.replace("\n", "").isprintable()
        case _:
            assert all(list(each) == sorted(dict(each).items()) for each in found)


VARIABLES = (*TARGETS[0].marker_environment(), "extra", "extras", "dependency_groups", "'3.9'", "'x'", "'linux'", '""')
OPERATORS = ("==", "!=", "<", ">=", "~=", "===", "in", "not in")
atoms = st.tuples(st.sampled_from(VARIABLES), st.sampled_from(OPERATORS), st.sampled_from(VARIABLES)).map(" ".join)
trees = st.recursive(
    atoms, lambda inner: st.tuples(inner, st.sampled_from((" and ", " or ")), inner).map("({0[0]}{0[1]}{0[2]})".format)
)


@given(trees | st.text(string.printable, max_size=40))
def test_any_marker_is_answered_or_refused(text: str) -> None:
    found: list[str] = []
    marker = checked_marker(text, "here", found)
    assert (marker is None) == bool(found)
    if marker is not None:
        assert checked_marker(marker, "here", found) == marker
        environment = MarkerEnvironment(TARGETS[0].marker_environment(), ("x",), ("x",))
        holds = attempt(lambda: environment.holds(marker))
        assert holds.remedy if isinstance(holds, InputError) else holds in {True, False}


@given(st.text("()'\"x ", max_size=30))
def test_nesting_is_that_of_a_plain_count(text: str) -> None:
    deepest = depth = 0
    quote = ""
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and character in text[at + 1 :]:
            quote = character
        elif character in "()":
            depth += 1 if character == "(" else -1
            deepest = max(deepest, depth)
    assert nesting(text) == deepest
