"""What wheels install, kept by digest, and what follows for the rows of a lock set."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.environments import content_of_bytes, demo_wheels
from support.memory_store import MemoryStore
from support.subjects import NOTHING, TODAY, make_lock, make_package, make_target
from support.wheels import build_wheel
from uplock.content.digest import predict
from uplock.errors import InputError, IntegrityError
from uplock.model.content import Contested, WheelContent
from uplock.model.digest import Sha256, sha256_of
from uplock.model.lock import Artifact, Lock, LockEntry, LockSet
from uplock.model.value import changed, decode, encode
from uplock.workflow.environment_content import (
    content_carried,
    content_key,
    content_of_artifact,
    contested,
    predicted,
    with_content,
)

Wheel = tuple[str, bytes]


def placed(folder: Path, wheel: Wheel) -> tuple[Artifact, Path]:
    name, data = wheel
    (folder / name).write_bytes(data)
    return Artifact(filename=name, sha256=sha256_of(data), url="https://index.example/x"), folder / name


def test_what_was_read_once_is_kept_and_told_again(tmp_path: Path) -> None:
    artifact, path = placed(tmp_path, demo_wheels()[0])
    store = MemoryStore(tmp_path / "store")
    first = content_of_artifact(artifact, path, store)
    assert first == content_of_bytes(demo_wheels()[0])
    (key,) = store.records
    assert key == content_key(artifact)
    kept = changed(decode(store.records[key] or b"", WheelContent), version="9")
    store.records[key] = encode(kept)
    assert content_of_artifact(artifact, path, store) == kept
    store.records[key] = b"{}"
    assert content_of_artifact(artifact, path, store) == first


def test_it_is_kept_under_digest_and_name_of_the_wheel(tmp_path: Path) -> None:
    artifact, _ = placed(tmp_path, demo_wheels()[0])
    keys = {
        content_key(each) for each in (artifact, changed(artifact, filename="other"), changed(artifact, sha256=NOTHING))
    }
    assert len(keys) == 3
    assert content_key(changed(artifact, url="https://mirror.example/x")) in keys


@pytest.mark.parametrize("known", [False, True])
def test_bytes_that_changed_are_refused_whatever_is_known(tmp_path: Path, *, known: bool) -> None:
    artifact, path = placed(tmp_path, demo_wheels()[0])
    store = MemoryStore(tmp_path / "store")
    if known:
        content_of_artifact(artifact, path, store)
    path.write_bytes(path.read_bytes() + b"\0")
    before = dict(store.records)
    with pytest.raises(IntegrityError, match="not those that were fetched"):
        content_of_artifact(artifact, path, store)
    assert store.records == before


def test_bytes_that_the_caller_has_hashed_are_not_hashed_again(tmp_path: Path) -> None:
    artifact, path = placed(tmp_path, demo_wheels()[0])
    elsewhere = changed(artifact, sha256=NOTHING)
    content = content_of_artifact(elsewhere, path, MemoryStore(tmp_path / "store"), hashed=True)
    assert content == content_of_bytes(demo_wheels()[0])


def test_a_wheel_that_nobody_can_install_is_an_error_that_is_not_kept(tmp_path: Path) -> None:
    artifact, path = placed(tmp_path, build_wheel("demo", "1.0", files={"demo-1.0.data/extra/x": b""}))
    store = MemoryStore(tmp_path / "store")
    with pytest.raises(InputError, match="scheme that does not exist"):
        content_of_artifact(artifact, path, store)
    assert store.records == {}


def lock_of(*wheels: Wheel) -> tuple[Lock, dict[Sha256, WheelContent]]:
    """Return a lock of wheels, and their contents by digest."""
    packages = [
        changed(each, artifact=changed(each.artifact, sha256=sha256_of(data)))
        for each, data in ((make_package(name), data) for name, data in wheels)
    ]
    return make_lock(make_target(), packages), {sha256_of(wheel[1]): content_of_bytes(wheel) for wheel in wheels}


def entry_of(lock: Lock, requirements: Sha256 = NOTHING) -> LockEntry:
    target = lock.target
    return LockEntry(
        target=target.name,
        python=target.interpreter.version,
        platform=target.platform.name,
        role="target",
        pylock=NOTHING,
        requirements=requirements,
    )


ALPHA = build_wheel("alpha", "1.0", files={"shared/a.py": b"1", "shared/b.py": b"1", "shared/c.py": b"1", "d.py": b"1"})
BETA = build_wheel("beta", "1.0", files={"shared/a.py": b"2", "shared/b.py": b"2", "shared/c.py": b"2", "d.py": b"2"})
GAMMA = build_wheel("gamma", "1.0", files={"shared/a.py": b"1"})


def test_the_digest_of_a_lock_is_that_of_its_wheels() -> None:
    lock, contents = lock_of(*demo_wheels())
    found = predicted(lock, contents)
    assert found == predict(contents.values(), lock.target)
    ((row,), contests) = with_content([entry_of(lock)], [lock], contents)
    assert found is not None
    assert (row.content, contests) == (found.digest, ())


def test_there_is_no_digest_where_the_content_of_an_artifact_is_not_known() -> None:
    lock, contents = lock_of(*demo_wheels())
    contents.popitem()
    assert predicted(lock, contents) is None
    assert with_content([changed(entry_of(lock), content=NOTHING)], [lock], contents) == ((entry_of(lock),), ())


def test_there_is_no_digest_where_packages_contest_paths() -> None:
    lock, contents = lock_of(ALPHA, BETA)
    ((row,), (contest,)) = with_content([entry_of(lock)], [lock], contents)
    assert row.content is None
    assert contest == Contested(
        target=lock.target.name,
        packages=("alpha", "beta"),
        paths=4,
        examples=("site/d.py", "site/shared/a.py", "site/shared/b.py"),
    )


def test_equal_bytes_are_not_contested_and_groups_are_told_apart() -> None:
    lock, contents = lock_of(ALPHA, GAMMA)
    ((row,), contests) = with_content([entry_of(lock)], [lock], contents)
    assert row.content is not None
    assert contests == ()
    lock, contents = lock_of(ALPHA, BETA, GAMMA)
    found = predicted(lock, contents)
    assert found is not None
    assert [(each.packages, each.paths) for each in contested(found, "x")] == [
        (("alpha", "beta"), 3),
        (("alpha", "beta", "gamma"), 1),
    ]


def lockset_of(*entries: LockEntry, contests: tuple[Contested, ...] = ()) -> LockSet:
    return LockSet(
        exclude_newer=TODAY, inputs=NOTHING, view=NOTHING, resolver="uv 1", targets=entries, contested=contests
    )


def test_what_is_known_of_unchanged_pins_is_carried_into_new_rows() -> None:
    lock, _ = lock_of(ALPHA)
    contest = Contested(target=lock.target.name, packages=("alpha",), paths=1, examples=("site/a",))
    old = lockset_of(changed(entry_of(lock), content=NOTHING, pylock=sha256_of(b"old")), contests=(contest,))
    assert content_carried((entry_of(lock),), old) == ((changed(entry_of(lock), content=NOTHING),), (contest,))


@pytest.mark.parametrize("field", ["target", "requirements"])
def test_nothing_is_carried_into_rows_of_other_pins(field: str) -> None:
    lock, _ = lock_of(ALPHA)
    contest = Contested(target=lock.target.name, packages=("alpha",), paths=1, examples=("site/a",))
    old = lockset_of(changed(entry_of(lock), content=NOTHING), contests=(contest,))
    row = changed(entry_of(lock), **{field: sha256_of(b"new")})
    assert content_carried((row,), old) == ((row,), ())
    assert content_carried((row,), None) == ((row,), ())
