"""Switching: one rename, never over something that is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from uplock.environment.switch import begin, current, discard, environments_of, folder_of, fresh, sweep, switch
from uplock.errors import UsageError


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "env"


def made(link: Path, label: str = "py312-linux-x86_64") -> Path:
    place = fresh(link, label)
    (place / "bin").mkdir(parents=True)
    return place


def test_the_link_leads_to_what_was_switched_in(link: Path) -> None:
    assert current(link) is None
    first = made(link)
    switch(link, first)
    assert current(link) == first
    assert link.readlink() == Path(".env.uplock/py312-linux-x86_64-1")
    second = made(link, "py39-linux-x86_64")
    assert current(link) == first
    switch(link, second)
    assert current(link) == second
    assert environments_of(link) == (second, first)
    assert sorted(path.name for path in folder_of(link).iterdir()) == [first.name, second.name]


def test_places_are_never_used_again_while_others_are_there(link: Path) -> None:
    first, second = made(link), made(link)
    assert (first.name, second.name) == ("py312-linux-x86_64-1", "py312-linux-x86_64-2")
    discard(first)
    assert fresh(link, "py312-linux-x86_64").name == "py312-linux-x86_64-3"


@pytest.mark.parametrize("kind", ["folder", "file", "foreign link", "dangling link", "climbing link"])
def test_what_is_not_ours_is_left_alone(link: Path, kind: str) -> None:
    match kind:
        case "folder":
            link.mkdir()
        case "file":
            link.write_text("mine")
        case "foreign link":
            (link.parent / "other").mkdir()
            link.symlink_to("other")
        case "dangling link":
            link.symlink_to("/nowhere")
        case _:
            link.symlink_to(".env.uplock/../../etc")
    before = link.readlink() if link.is_symlink() else link.stat()
    with pytest.raises(UsageError):
        current(link)
    with pytest.raises(UsageError):
        fresh(link, "x")
    with pytest.raises(UsageError):
        switch(link, folder_of(link) / "x-1")
    assert (link.readlink() if link.is_symlink() else link.stat()) == before


def test_an_environment_elsewhere_is_not_switched_in(link: Path, tmp_path: Path) -> None:
    made(link)
    for place in (tmp_path / "elsewhere-1", folder_of(link) / "no number", folder_of(link) / ".." / "x-1"):
        with pytest.raises(UsageError):
            switch(link, place)
    assert current(link) is None


def test_a_folder_of_environments_that_is_a_link_is_refused(link: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    folder_of(link).symlink_to(tmp_path / "target")
    with pytest.raises(UsageError):
        fresh(link, "x")


def test_only_environments_of_ours_are_deleted(link: Path, tmp_path: Path) -> None:
    (tmp_path / "precious-1").mkdir()
    discard(tmp_path / "precious-1")
    assert (tmp_path / "precious-1").is_dir()
    place = made(link)
    discard(place)
    assert not place.exists()


@pytest.mark.parametrize("kind", ["nothing", "file", "link"])
def test_what_is_no_environment_is_not_switched_in(link: Path, kind: str) -> None:
    first = made(link)
    switch(link, first)
    place = fresh(link, "x")
    match kind:
        case "file":
            place.touch()
        case "link":
            place.symlink_to(first)
        case _:
            pass
    with pytest.raises(UsageError, match="is no environment"):
        switch(link, place)
    assert current(link) == first


def test_what_was_left_behind_is_swept_and_environments_stay(link: Path) -> None:
    sweep(link)
    place = made(link)
    for name in (".uplock-install-x", ".uplock-switch-y"):
        (folder_of(link) / name / "wheels").mkdir(parents=True)
    (folder_of(link) / "mine").mkdir()
    sweep(link)
    assert {path.name for path in folder_of(link).iterdir()} == {place.name, "mine"}


def test_an_environment_that_was_never_finished_is_swept_and_one_in_use_never(link: Path) -> None:
    first = fresh(link, "py312-linux-x86_64")
    begin(first)
    (first / "bin").mkdir(parents=True)
    switch(link, first)
    second = fresh(link, "py312-linux-x86_64")
    begin(second)
    (second / "bin").mkdir(parents=True)
    (folder_of(link) / f"{first.name}.unfinished").touch()
    sweep(link)
    assert [path.name for path in folder_of(link).iterdir()] == [first.name]
    assert current(link) == first
