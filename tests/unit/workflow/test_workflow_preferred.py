"""Preferences: which versions a resolver is told to keep."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.shop import project
from support.subjects import NOTHING, TODAY, make_package, make_target
from uplock.errors import IntegrityError, UsageError
from uplock.lockfile.lockset import LOCKSET
from uplock.model.digest import digest_of
from uplock.model.lock import Lock, Preferences
from uplock.model.value import changed
from uplock.model.view import View
from uplock.workflow.heads import existing_lockset
from uplock.workflow.lock import Locked
from uplock.workflow.locks import write_out
from uplock.workflow.preferred import preferences
from uplock.workflow.project import Project
from uplock.workflow.request import Request

PYPROJECT = '[project]\nname = "shop"\ndependencies = ["coin"]\n[tool.uplock]\ntargets = ["3.12.1", "3.13.0"]\n'
TWELVE, THIRTEEN = "py312-linux-x86_64", "py313-linux-x86_64"
REQUEST = Request(now=TODAY, as_of=TODAY)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    """A project with locks for two interpreters."""
    found = Project(project(tmp_path / "shop", PYPROJECT), TODAY.date())
    view = View(exclude_newer=datetime(2026, 1, 1, tzinfo=UTC), pages=())
    locks = tuple(
        Lock(
            target=make_target(python),
            packages=(
                make_package(f"coin-{coin}-py3-none-any.whl", direct=True),
                make_package("till-2.0-py3-none-any.whl", direct=True),
            ),
            exclude_newer=view.exclude_newer,
            inputs=found.requirements.digest,
            view=digest_of(view),
            resolver="uv 0.13.9",
        )
        for python, coin in (("3.12.1", "1.0"), ("3.13.0", "1.1"))
    )
    locked = Locked(locks=locks, missing=(), view=view, pages={}, undated=0)
    made = write_out(found, locked, "uv 0.13.9", None, None)
    for path, data in {**made.files, LOCKSET: made.lockset_bytes(None)}.items():
        (found.root / path).parent.mkdir(exist_ok=True)
        (found.root / path).write_bytes(data)
    return found


def kept(shop: Project, request: Request = REQUEST) -> dict[str, dict[str, str]]:
    found = preferences(shop, request, existing_lockset(shop.root))
    return {} if found is None else {target: dict(pairs) for target, pairs in found.targets.items()}


def test_every_target_keeps_its_own_pins(shop: Project) -> None:
    assert kept(shop) == {TWELVE: {"coin": "1.0", "till": "2.0"}, THIRTEEN: {"coin": "1.1", "till": "2.0"}}


@pytest.mark.parametrize("mode", ["upgrade", "fresh"])
def test_nothing_is_kept_in_the_other_modes(shop: Project, mode: str) -> None:
    assert preferences(shop, changed(REQUEST, mode=mode), existing_lockset(shop.root)) is None


def test_without_locks_nothing_is_kept(shop: Project) -> None:
    assert preferences(shop, REQUEST, None) is None


def test_packages_to_upgrade_are_not_kept(shop: Project) -> None:
    assert kept(shop, changed(REQUEST, upgrade_packages=("coin",))) == {
        TWELVE: {"till": "2.0"},
        THIRTEEN: {"till": "2.0"},
    }
    assert kept(shop, changed(REQUEST, upgrade_packages=("coin", "till"))) == {}


def test_a_package_to_upgrade_must_be_locked(shop: Project) -> None:
    with pytest.raises(UsageError, match="no lock has a, ink"):
        kept(shop, changed(REQUEST, upgrade_packages=("ink", "coin", "a")))


def test_a_target_that_is_not_asked_for_any_more_is_left_out(shop: Project) -> None:
    fewer = Project(project(shop.root, PYPROJECT.replace(', "3.13.0"', "")), TODAY.date())
    assert set(kept(fewer)) == {TWELVE}


def test_a_target_whose_files_are_gone_has_nothing_to_keep(shop: Project) -> None:
    (shop.root / f"locks/requirements.{TWELVE}.txt").unlink()
    assert set(kept(shop)) == {THIRTEEN}
    (shop.root / f"locks/pylock.{THIRTEEN}.toml").unlink()
    assert kept(shop) == {}


def test_pins_of_a_file_that_was_edited_are_not_kept(shop: Project) -> None:
    place = shop.root / f"locks/pylock.{TWELVE}.toml"
    place.write_text(place.read_text().replace("coin-1.0", "coin-1.1"))
    with pytest.raises(IntegrityError):
        kept(shop)
    assert preferences(shop, changed(REQUEST, mode="fresh"), existing_lockset(shop.root)) is None


def test_another_tool_s_lock_takes_the_place_of_our_own(shop: Project, tmp_path: Path) -> None:
    other = tmp_path / "requirements.txt"
    other.write_text("Coin==0.9\nink==3\n")
    pins = {"coin": "0.9", "ink": "3"}
    assert kept(shop, changed(REQUEST, from_lock=other)) == {TWELVE: pins, THIRTEEN: pins}


def test_preferences_have_one_digest_whatever_order_they_came_in() -> None:
    pairs = (("coin", "1.0"),)
    one, other = Preferences(targets={"a": pairs, "b": ()}), Preferences(targets={"b": (), "a": pairs})
    assert digest_of(one) == digest_of(other)
    assert digest_of(one) != NOTHING
