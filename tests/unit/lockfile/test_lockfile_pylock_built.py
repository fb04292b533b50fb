"""Wheels that were built here, in both lock files and in the lock set."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest
from packaging.pylock import Pylock

from support.subjects import NOTHING, make_lock, make_package
from uplock.errors import InputError
from uplock.lockfile.lockset import read_lockset, write_lockset
from uplock.lockfile.pylock import read_pylock, write_pylock
from uplock.lockfile.requirements import read_requirements, write_requirements
from uplock.model.built import BuildRequirement, BuiltWheel
from uplock.model.lock import Artifact, BuiltFrom, Lock, LockedPackage, LockSet
from uplock.model.value import changed

MOMENT = datetime(2026, 11, 1, tzinfo=UTC)
SDIST = make_package("raw-1.0.tar.gz", name="raw", version="1.0")
WHEEL = Artifact(filename="raw-1.0-py3-none-any.whl", sha256=NOTHING, url="", size=5)
ROW = BuiltWheel(
    target="py313-linux-x86_64",
    python="3.13.18",
    package="raw",
    version="1.0",
    sdist="raw-1.0.tar.gz",
    sdist_sha256=SDIST.artifact.sha256,
    wheel=WHEEL.filename,
    wheel_sha256=NOTHING,
    wheel_size=5,
    frontend="uplock-build 1",
    requirements=(BuildRequirement(name="flit", version="1", filename="flit-1-py3-none-any.whl", sha256=NOTHING),),
)


def built(*, reproducible: bool | None = None, index: bool = True) -> LockedPackage:
    sdist = changed(SDIST.artifact, size=7, upload_time=MOMENT) if index else SDIST.artifact
    package = changed(SDIST, artifact=WHEEL, built_from=BuiltFrom(sdist=sdist, reproducible=reproducible))
    return package if index else changed(package, index=None)


def lock(package: LockedPackage) -> Lock:
    return make_lock(packages=[package])


@pytest.mark.parametrize("reproducible", [None, True, False])
@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("direct", [True, False])
def test_a_lock_reads_back_as_it_was_written(reproducible: bool | None, *, index: bool, direct: bool) -> None:
    given = lock(changed(built(reproducible=reproducible, index=index), direct=direct))
    raw = write_pylock(given)
    assert read_pylock(raw, "x") == given
    Pylock.from_dict(tomllib.loads(raw.decode())).validate()


def test_the_standard_reader_finds_the_wheel_and_where_it_is() -> None:
    (package,) = Pylock.from_dict(tomllib.loads(write_pylock(lock(built())).decode())).packages
    assert package.sdist is None
    (wheel,) = package.wheels or ()
    assert (wheel.name, wheel.path, wheel.url) == (
        WHEEL.filename,
        f"../.uplock/blobs/sha256/{NOTHING[:2]}/{NOTHING}",
        None,
    )


@pytest.mark.parametrize(
    ("old", "new", "defect"),
    [
        ("../.uplock/", "../../.uplock/", "wheels[0].path: must be"),
        ("path = ", "url = ", "wheels[0].url: unknown key"),
        ("size = 5, ", "", "wheels[0].size: must be an integer"),
        ('name = "raw-1.0.tar.gz"', 'name = "raw-2.0.tar.gz"', "built-from.name: 'raw-2.0.tar.gz' is not a file"),
        ('name = "raw-1.0.tar.gz"', 'name = "raw-1.0.whl"', "built-from.name: must be the file name of an sdist"),
        ("url = ", "path = ", "built-from.path: unknown key"),
        ("[packages.tool.uplock.built-from]", "[packages.tool.uplock.built]", "unknown key"),
        ("raw-1.0-py3-none-any.whl", "raw-2.0-py3-none-any.whl", "wheels[0].name"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(old: str, new: str, defect: str) -> None:
    text = write_pylock(lock(built())).decode()
    assert old in text
    with pytest.raises(InputError) as caught:
        read_pylock(text.replace(old, new).encode(), "x")
    assert defect in str(caught.value)


def test_what_was_built_here_is_a_wheel() -> None:
    text = write_pylock(lock(built())).decode().replace("wheels = [{", "sdist = {").replace("}}]", "}}")
    with pytest.raises(InputError, match="what was built here is a wheel"):
        read_pylock(text.encode(), "x")


@pytest.mark.parametrize("index", [True, False])
def test_requirements_have_the_version_and_the_hash_of_the_wheel(*, index: bool) -> None:
    raw = write_requirements(lock(built(index=index)))
    assert read_requirements(raw, "x") == (("raw", "==1.0", NOTHING),)
    assert b"--no-binary" not in raw


def lockset(row: BuiltWheel) -> LockSet:
    return LockSet(exclude_newer=MOMENT, inputs=NOTHING, view=NOTHING, resolver="uv 1", targets=(), built=(row,))


def test_a_lock_set_reads_back_with_its_rows() -> None:
    assert read_lockset(write_lockset(lockset(ROW)), "x") == lockset(ROW)


@pytest.mark.parametrize(
    ("field", "value", "defect"),
    [
        ("wheel_sha256", "0", "built[0].wheel_sha256: must be 64"),
        ("sdist_sha256", "x" * 64, "built[0].sdist_sha256: must be 64"),
        ("wheel", "../raw-1.0-py3-none-any.whl", "built[0]: has a file that is not named like a wheel"),
        (
            "requirements",
            (changed(ROW.requirements[0], filename="a/b.whl"),),
            "built[0]: has a file that is not named like a wheel",
        ),
        ("requirements", (changed(ROW.requirements[0], sha256="0"),), "built[0].requirements[0]: must be 64"),
    ],
)
def test_a_row_that_is_none_is_named(field: str, value: object, defect: str) -> None:
    with pytest.raises(InputError) as caught:
        read_lockset(write_lockset(lockset(changed(ROW, **{field: value}))), "x")
    assert defect in str(caught.value)
