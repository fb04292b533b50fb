"""Wheels in the place of sdists: exactly those that were built of them, with what they need."""

from __future__ import annotations

import pytest

from support.subjects import NOTHING, digest_for, make_lock, make_package, make_target
from uplock.model.built import BuiltWheel
from uplock.model.lock import BuiltFrom, Lock
from uplock.model.value import changed
from uplock.workflow.built import unexplained, with_wheels

TARGET = make_target("3.12.1")
SDIST = make_package("raw-1.0.tar.gz", name="raw", version="1.0")
COIN, DEAR = make_package("coin-1.0-py3-none-any.whl"), make_package("dear-1.0-py3-none-any.whl")
ROW = BuiltWheel(
    target=TARGET.name,
    python="3.12.1",
    package="raw",
    version="1.0",
    sdist="raw-1.0.tar.gz",
    sdist_sha256=SDIST.artifact.sha256,
    wheel="raw-1.0-py3-none-any.whl",
    wheel_sha256=NOTHING,
    wheel_size=3,
    frontend="x 1",
)


def lock(*, needs: tuple[str, ...] = (), python: str = "3.12.1") -> Lock:
    return make_lock(make_target(python), [COIN, DEAR, changed(SDIST, dependencies=needs)])


def test_the_wheel_takes_the_place_of_its_sdist() -> None:
    (made,), used = with_wheels([lock()], [ROW])
    package = made.packages[2]
    assert (package.artifact.filename, package.artifact.sha256, package.artifact.size) == (ROW.wheel, NOTHING, 3)
    assert package.artifact.url == ""
    assert package.built_from == BuiltFrom(sdist=SDIST.artifact)
    assert (package.listed, package.is_sdist) == (SDIST.artifact, False)
    assert used == (ROW,)
    assert made.packages[:2] == (COIN, DEAR)
    assert with_wheels([made], [ROW]) == ((made,), (ROW,))


@pytest.mark.parametrize(
    "other",
    [
        {"target": "py313-linux-x86_64"},
        {"python": "3.12.2"},
        {"package": "coin"},
        {"version": "1.1"},
        {"sdist_sha256": digest_for("another")},
    ],
)
def test_any_other_row_is_dropped(other: dict[str, str]) -> None:
    assert with_wheels([lock()], [changed(ROW, **other)]) == ((lock(),), ())


def test_rows_are_sorted_by_target_and_package() -> None:
    other = changed(ROW, target=make_target("3.11.1").name, python="3.11.1")
    _, used = with_wheels([lock(), lock(python="3.11.1")], [ROW, other])
    assert used == (other, ROW)


@pytest.mark.parametrize(
    ("requires", "before", "after"),
    [
        ((), ("coin",), ()),
        (("coin>=1",), (), ("coin",)),
        (("Coin",), ("dear",), ("coin",)),
        (('coin ; python_version < "3"',), (), ()),
        (('coin ; extra == "more"',), (), ()),
        (('coin ; extra == "more"',), ("coin",), ("coin",)),
        (("nobody", "raw[more]"), (), ()),
    ],
)
def test_edges_are_those_of_the_wheel(
    requires: tuple[str, ...], before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    (made,), _ = with_wheels([lock(needs=before)], [changed(ROW, requires_dist=requires)])
    assert made.packages[2].dependencies == after


def test_edges_are_overridden_like_all_others() -> None:
    row = changed(ROW, requires_dist=("coin>=5",))
    (made,), _ = with_wheels([lock()], [row], excludes=("coin",))
    assert made.packages[2].dependencies == ()


def test_a_lock_and_its_rows_must_say_the_same() -> None:
    (made,), _ = with_wheels([lock()], [ROW])
    assert unexplained(made, [ROW]) is None
    assert unexplained(lock(), []) is None
    for wrong in (
        [],
        [changed(ROW, wheel_sha256=digest_for("other"))],
        [changed(ROW, wheel="raw-1.0-1-py3-none-any.whl")],
        [changed(ROW, wheel_size=4)],
        [changed(ROW, reproducible=True)],
        [changed(ROW, python="3.12.2")],
    ):
        assert (
            unexplained(made, wrong)
            == "raw-1.0-py3-none-any.whl is locked as built here, and the lock set does not say so"
        )
