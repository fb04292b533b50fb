"""What the real tools wrote is read whole, and answers as they and the standard's library do."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.pylock import Pylock, PylockSelectError
from packaging.requirements import Requirement

from support.foreign import FIXTURES, MAC, NEW, OLD, TARGETS, WINDOWS, fixture, read_fixture
from uplock.lockfile.foreign.lock import ForeignLock, Kind
from uplock.lockfile.foreign.read import pins_for, read_foreign_lock
from uplock.model.target import Target

PYLOCKS = tuple(path for path in FIXTURES if "pylock" in path)
SELECTABLE = [
    pytest.param(path, target, id=f"{path}-{target.name}")
    for path in PYLOCKS
    for target in TARGETS
    if path != "shop/pylock.pip.toml" or target in {OLD, NEW}  # its only file of nh3 is a wheel for Linux
]
TEXTS = tuple(path for path in FIXTURES if path.endswith(".txt"))
SHOP = ("click==8.5.0", "docopt==0.6.2", "iniconfig==2.3.1", "nh3==0.3.7", "python-dotenv==1.2.4")
SHOP_OLD = (
    "click==8.1.8",
    "docopt==0.6.2",
    "importlib-metadata==8.7.1",
    "iniconfig==2.1.0",
    "nh3==0.3.7",
    "python-dotenv==1.2.1",
    "zipp==3.23.1",
)


def answer(path: str, target: Target) -> tuple[str, ...]:
    return tuple(f"{name}=={version}" for name, version in pins_for(read_fixture(path), target))


def kind_of(path: str) -> Kind:
    if path.endswith(".txt"):
        return "requirements"
    return "pylock" if "pylock" in path else "poetry.lock" if "poetry" in path else "uv.lock"


def test_every_fixture_is_taken_for_what_it_is() -> None:
    assert len(FIXTURES) == 16
    assert {path: read_fixture(path).kind for path in FIXTURES} == {path: kind_of(path) for path in FIXTURES}


@pytest.mark.parametrize("path", [path for path in FIXTURES if not path.endswith(".txt")])
def test_a_lock_under_another_name_is_known_by_its_content(path: str) -> None:
    lock = read_foreign_lock(fixture(path), "renamed.toml")
    assert lock == read_fixture(path)


@pytest.mark.parametrize("path", TEXTS)
def test_a_requirements_file_under_another_name_is_known_too(path: str) -> None:
    assert read_foreign_lock(fixture(path), "pins") == read_fixture(path)


@pytest.mark.parametrize(("path", "target"), SELECTABLE)
def test_a_pylock_answers_as_packaging_selects(path: str, target: Target) -> None:
    lock = Pylock.from_dict(tomllib.loads(fixture(path).decode()))
    try:
        chosen = list(
            lock.select(environment=target.marker_environment(), tags=target.tags())  # type: ignore[arg-type]
        )
    except PylockSelectError:
        chosen = []
    expected = [(package.name, str(package.version)) for package, _ in chosen if not package.is_direct]
    assert pins_for(read_fixture(path), target) == tuple(sorted(expected))


@pytest.mark.parametrize("path", TEXTS)
def test_every_pin_of_a_requirements_file_is_read(path: str) -> None:
    text = fixture(path).decode().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if re.match("[a-z]", line) and " @ " not in line]
    expected = [(Requirement(line.partition("--hash")[0]), line.count("sha256:")) for line in lines]
    lock = read_fixture(path)
    assert [(pin.name, f"=={pin.version}", len(pin.hashes)) for pin in lock.pins] == [
        (requirement.name, str(requirement.specifier), hashes) for requirement, hashes in expected
    ]
    assert [pin.marker for pin in lock.pins] == [
        None if requirement.marker is None else str(requirement.marker) for requirement, _ in expected
    ]


def test_uv_lock_holds_what_uv_exports_from_it() -> None:
    for target in TARGETS:
        expected = answer("shop/uv-export.txt", target)
        assert answer("shop/uv.lock", target) == answer("shop/pylock.uv-export.toml", target) == expected
        expected = answer("sources/uv-export.txt", target)
        assert answer("sources/uv.lock", target) == answer("sources/pylock.uv-export.toml", target) == expected
    assert answer("shop/uv.lock", NEW) == SHOP
    assert answer("shop/uv.lock", OLD) == SHOP_OLD
    assert answer("shop/uv.lock", WINDOWS) == ("click==8.1.8", "colorama==0.4.6", *SHOP_OLD[1:])


def test_poetry_lock_holds_what_poetry_exports_from_it() -> None:
    for target in TARGETS:
        expected = answer("poetry/poetry-export.txt", target)
        assert answer("poetry/poetry.lock", target) == answer("poetry/pylock.poetry-export.toml", target) == expected
    assert "click==8.1.8" in answer("poetry/poetry.lock", OLD)
    assert "click==8.5.1" in answer("poetry/poetry.lock", NEW)
    assert "docopt==0.6.2" in answer("poetry/poetry.lock", NEW), "an extra of the project counts as wanted"


def test_a_lock_answers_for_its_own_environments_only() -> None:
    assert answer("sources/uv.lock", MAC) == answer("sources/pylock.uv-export.toml", MAC) == ()
    assert answer("shop/pylock.uv.toml", OLD) == ()
    assert len(answer("shop/pylock.uv.toml", NEW)) == 3


def test_a_script_lock_starts_from_its_own_requirements() -> None:
    assert answer("sources/tool.py.lock", NEW) == ("click==8.5.0", "python-dotenv==1.2.4")
    assert answer("sources/tool.py.lock", WINDOWS) == ("click==8.1.8", "colorama==0.4.6", "python-dotenv==1.2.1")


def files_of(lock: ForeignLock) -> dict[str, tuple[str, ...]]:
    return {f"{pin.name}=={pin.version}": pin.files for pin in lock.pins}


def test_every_file_and_hash_is_listed() -> None:
    raw = fixture("shop/uv.lock").decode()
    locks = [read_fixture("shop/uv.lock"), read_fixture("shop/pylock.uv-export.toml")]
    assert files_of(locks[0]) == files_of(locks[1])
    for pin in locks[0].pins:
        assert len(pin.files) == len(pin.hashes)
        assert all(f"/{file}" in raw for file in pin.files)
    assert sum(len(pin.hashes) for pin in locks[0].pins) == raw.count("sha256:")
    poetry = read_fixture("poetry/poetry.lock")
    assert sum(len(pin.hashes) for pin in poetry.pins) == fixture("poetry/poetry.lock").count(b"sha256:")
    assert files_of(poetry) == files_of(read_fixture("poetry/pylock.poetry-export.toml"))


def test_what_is_not_taken_over_is_said() -> None:
    conflict = "excludes others: what only it needs is not taken over; export it with uv export for that."
    assert read_fixture("sources/uv.lock").notes == (
        f"The extra new of shop {conflict}",
        f"The extra old of shop {conflict}",
        "colorama is not taken over: it is a local file.",
        "gitted is not taken over: it comes from version control.",
        "locally is not taken over: it is a directory.",
        "tooling is not taken over: it is an editable install.",
        "zipp is not taken over: it comes from an address, not from an index.",
    )
    assert read_fixture("sources/pylock.pip.toml").notes == (
        "gitted is not taken over: it comes from version control.",
        "locally is not taken over: it is a directory.",
        "tooling is not taken over: it is a directory.",
        "zipp is not taken over: it comes from an address, not from an index.",
    )
    assert read_fixture("sources/pip-freeze.txt").notes[-1] == "line 9: an editable install is not taken over."
    assert read_fixture("shop/uv.lock").notes == ()


@pytest.mark.parametrize("path", FIXTURES)
def test_notes_tell_no_address_and_no_path(path: str) -> None:
    assert all("/" not in note and note.endswith(".") for note in read_fixture(path).notes)
