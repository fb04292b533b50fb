"""Locks as PEP 751 text: the reader of the packaging library is the oracle, ours is stricter."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from packaging.pylock import Pylock

from support.subjects import INDEX, NOTHING, make_lock, make_package, make_target
from uplock.errors import InputError
from uplock.lockfile.pylock import read_pylock, write_pylock
from uplock.model.lock import Artifact, Lock, LockedPackage
from uplock.model.value import changed

MOMENT = datetime(2026, 11, 1, 10, 0, 0, 250_000, tzinfo=UTC)


def full_lock() -> Lock:
    flask = make_package("flask-3.1.0-py3-none-any.whl", direct=True)
    werkzeug = make_package("werkzeug-3.1.3-py3-none-any.whl")
    return make_lock(
        packages=[
            changed(flask, dependencies=("werkzeug",), requires_python=">=3.9"),
            changed(werkzeug, artifact=changed(werkzeug.artifact, size=224_000, upload_time=MOMENT)),
        ]
    )


TEXT = write_pylock(full_lock())


def refused(raw: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_pylock(raw, "pylock.demo.toml")
    assert caught.value.context == "pylock.demo.toml"
    assert caught.value.remedy
    return caught.value


def edited(old: str, new: str) -> bytes:
    assert old.encode() in TEXT
    return TEXT.replace(old.encode(), new.encode())


def test_a_lock_reads_back_as_it_was_written() -> None:
    assert read_pylock(TEXT, "x") == full_lock()


def test_a_lock_of_nothing_is_a_lock() -> None:
    raw = write_pylock(make_lock())
    assert read_pylock(raw, "x") == make_lock()
    assert tomllib.loads(raw.decode())["packages"] == []
    Pylock.from_dict(tomllib.loads(raw.decode())).validate()


def test_the_packaging_library_reads_the_lock_and_finds_it_valid() -> None:
    lock = Pylock.from_dict(tomllib.loads(TEXT.decode()))
    lock.validate()
    assert str(lock.lock_version) == "1.0"
    assert [package.name for package in lock.packages] == ["flask", "werkzeug"]
    wheels = [package.wheels for package in lock.packages]
    assert [len(each or ()) for each in wheels] == [1, 1]
    assert lock.packages[1].wheels is not None
    wheel = lock.packages[1].wheels[0]
    assert (wheel.size, wheel.upload_time) == (224_000, MOMENT)
    assert dict(wheel.hashes) == {"sha256": full_lock().packages[1].artifact.sha256}
    assert lock.environments is not None
    assert lock.environments[0].evaluate(make_target().marker_environment())


@pytest.mark.parametrize("python", ["3.8.20", "3.9.18", "3.12.0", "3.14.1"])
def test_the_environment_marker_holds_on_its_target_only(python: str) -> None:
    target = make_target(python)
    lock = Pylock.from_dict(tomllib.loads(write_pylock(make_lock(target)).decode()))
    assert lock.environments is not None
    (marker,) = lock.environments
    assert marker.evaluate(target.marker_environment())
    assert not marker.evaluate(make_target("3.13.1").marker_environment())
    assert not marker.evaluate(target.marker_environment() | {"platform_machine": "aarch64"})
    assert lock.requires_python is not None
    assert python in lock.requires_python


def test_the_packages_are_sorted_whatever_order_they_came_in() -> None:
    lock = full_lock()
    assert write_pylock(changed(lock, packages=lock.packages[::-1])) == TEXT


def test_a_moment_is_written_in_utc_whatever_zone_it_came_in() -> None:
    lock = full_lock()
    east = lock.exclude_newer.astimezone(timezone(timedelta(hours=5)))
    assert write_pylock(changed(lock, exclude_newer=east)) == TEXT


def test_a_moment_without_a_zone_is_never_written() -> None:
    with pytest.raises(ValueError, match="time zone"):
        write_pylock(changed(full_lock(), exclude_newer=datetime(2026, 1, 1)))  # noqa: DTZ001 - the point of it


def test_epochs_local_versions_and_pre_releases_are_kept() -> None:
    packages = [
        LockedPackage(
            name=name,
            version=version,
            artifact=Artifact(
                filename=f"{name}-{version}-py3-none-any.whl", sha256=NOTHING, url=f"https://index.example/{name}.whl"
            ),
            index=INDEX,
        )
        for name, version in [("epoch", "1!2.0"), ("local", "2.0+cu118.1"), ("pre", "3.0rc1.post2.dev3")]
    ]
    lock = make_lock(packages=packages)
    assert read_pylock(write_pylock(lock), "x") == lock
    Pylock.from_dict(tomllib.loads(write_pylock(lock).decode())).validate()


@pytest.mark.parametrize(
    ("old", "new", "defect"),
    [
        ('lock-version = "1.0"', 'lock-version = "2.0"', "lock-version: must be '1.0'"),
        ('lock-version = "1.0"\n', "", "lock-version: is missing"),
        ('created-by = "uplock"', 'created-by = "other"', "created-by: must be 'uplock'"),
        ('"==3.13.*"', '">=3.13"', "requires-python: must be '==3.13.*'"),
        ("sys_platform == 'linux'", "sys_platform != 'linux'", "environments: must be"),
        ("format = 1\n", "format = true\n", "tool.uplock.format: must be 1"),
        ("format = 1\n", "format = 2\n", "tool.uplock.format: must be 1"),
        ('"py313-linux-x86_64"', '"py313-linux-aarch64"', "tool.uplock.target: must be"),
        ('python = "3.13.18"', 'python = "3.13"', "tool.uplock.python: must be a full CPython version"),
        ('python = "3.13.18"', 'python = "3.13.01"', "tool.uplock.python: must be a full CPython version"),
        ('python = "3.13.18"', 'python = "3.13.\u0661"', "tool.uplock.python: must be a full CPython version"),
        ('platform = "linux-x86_64"', 'platform = "linux-x86_64-glibc2.28"', "tool.uplock.platform: must be"),
        ('platform = "linux-x86_64"', 'platform = "linux-riscv64"', "tool.uplock.platform: platform"),
        ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00", "tool.uplock.exclude-newer: must be a moment"),
        ("2026-11-23T12:00:00Z", "2026-11-23T12:00:00.5Z", "tool.uplock.exclude-newer: must be in whole seconds"),
        ("2026-11-23T12:00:00Z", "0001-01-01T00:00:00+23:59", "tool.uplock.exclude-newer: must be a moment"),
        ("exclude-newer = 2026-11-23T12:00:00Z\n", "", "tool.uplock.exclude-newer: is missing"),
        ('"uv 0.13.9"', '"uv\\u2028--index-url x"', "tool.uplock.resolver: must be"),
        ("format = 1\n", "formats = 1\n", "tool.uplock.formats: unknown key, did you mean format?"),
        ("[tool.uplock]\nf", "[tool.other]\nx = 1\n[tool.uplock]\nf", "tool.other: unknown key"),
        ("direct = true", 'direct = "yes"', "packages[0].tool.uplock.direct: must be true or false"),
        ("direct = true", "direkt = true", "packages[0].tool.uplock.direkt: unknown key, did you mean direct?"),
        ("[packages.tool.uplock]", "[packages.tool.other]", "packages[0].tool.other: unknown key"),
        ('{name = "werkzeug"}', '{name = "jinja2"}', "packages[0].dependencies[0]: 'jinja2' is not in this lock"),
        ('{name = "werkzeug"},', '{name = "werkzeug"}, {name = "werkzeug"},', "packages[0].dependencies: names are"),
        ('{name = "werkzeug"}', '{name = "werkzeug", version = "1"}', "packages[0].dependencies[0].version: unknown"),
        ('{name = "werkzeug"}', "1", "packages[0].dependencies[0]: must be a table"),
        ("size = 224000", "size = -1", "packages[1].wheels[0].size: must be an integer"),
        ("size = 224000", "size = true", "packages[1].wheels[0].size: must be an integer"),
        ("size = 224000", "size = 9223372036854775808", "packages[1].wheels[0].size: must be an integer"),
        ('version = "3.1.0"', 'version = "3.01.0"', "is not a file of flask 3.01.0"),
        ('version = "3.1.0"', 'version = "nope"', "packages[0].wheels[0].name: Invalid version: 'nope'"),
        ('"flask-3.1.0-py3-none-any.whl"', '"evil-3.1.0-py3-none-any.whl"', "is not a file of flask 3.1.0"),
        ('"flask-3.1.0-py3-none-any.whl"', '"flask-3.1-1.whl"', "packages[0].wheels[0].name: Invalid wheel"),
        ('"flask-3.1.0-py3-none-any.whl"', '"flask-3.1.0.tar.gz"', "packages[0].wheels[0].name: must be the file name"),
        ("{sha256 = ", "{md5 = ", "packages[0].wheels[0].hashes.md5: unknown key"),
        ('name = "flask"', 'name = "Flask"', "packages[0].name: must be a normalized name"),
        ('name = "flask"', 'name = "fl\u0430sk"', "packages[0].name: must be a normalized name"),
        ("https://index.example/f", "https://user:pw@index.example/f", "without credentials"),
        ("https://index.example/f", "ftp://index.example/f", "packages[0].wheels[0].url: must be an absolute URL"),
        ("https://index.example/f", "https://index.example/\\u001b", "packages[0].wheels[0].url: must be an absolute"),
    ],
)
def test_an_edited_lock_is_refused_with_the_place(old: str, new: str, defect: str) -> None:
    assert defect in str(refused(edited(old, new)))


def test_two_wheels_or_none_are_refused() -> None:
    text = TEXT.decode()
    line = next(line for line in text.splitlines() if line.startswith("wheels"))
    one = line.removeprefix("wheels = [").removesuffix("]")
    assert "packages[0].wheels: 2 wheels" in str(refused(edited(line, f"wheels = [{one}, {one}]")))
    assert "packages[0].wheels: 0 wheels" in str(refused(edited(line + "\n", "")))


def test_two_hashes_of_one_wheel_are_refused() -> None:
    error = refused(edited("{sha256 = ", '{sha512 = "00", sha256 = '))
    assert "packages[0].wheels[0].hashes.sha512: unknown key, did you mean sha256?" in str(error)


def test_a_wheel_without_hashes_is_refused() -> None:
    digest = full_lock().packages[0].artifact.sha256
    assert "packages[0].wheels[0].hashes.sha256: is missing" in str(
        refused(edited(f', hashes = {{sha256 = "{digest}"}}', ""))
    )


def test_unsorted_or_repeated_packages_are_refused() -> None:
    head, first, second = TEXT.decode().split("[[packages]]")
    second, tool = second.split("\n[tool.uplock]")
    assert "packages: names are not sorted" in str(
        refused(f"{head}[[packages]]{second}\n[[packages]]{first}\n[tool.uplock]{tool}".encode())
    )
    assert "packages: names are not sorted" in str(
        refused(f"{head}[[packages]]{second}\n[[packages]]{second}\n[tool.uplock]{tool}".encode())
    )


def test_a_lock_without_packages_is_refused() -> None:
    raw = write_pylock(make_lock()).replace(b"packages = []\n", b"")
    assert str(refused(raw)) == "pylock.demo.toml: packages: is missing"


def test_every_defect_is_told_at_once() -> None:
    raw = TEXT.replace(b"size = 224000", b"size = -1").replace(b"direct = true", b"direct = 1")
    assert refused(raw).message.splitlines() == [
        "packages[0].tool.uplock.direct: must be true or false",
        "packages[1].wheels[0].size: must be an integer from 0 to 2^63 - 1",
    ]


@pytest.mark.parametrize("raw", [b"", b"packages = 3\ntool = 1", b"packages = [1]\n[tool]\nuplock = []"])
def test_something_else_in_toml_is_refused(raw: bytes) -> None:
    refused(raw)


def test_invalid_toml_is_refused_with_its_line() -> None:
    assert "line 2" in str(refused(b"a = 1\nb = ]"))
    assert "not UTF-8 (at line 2)" in str(refused(b'a = 1\nb = "\xff"'))
