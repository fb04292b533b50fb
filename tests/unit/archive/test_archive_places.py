"""Where archive and cache are."""

from __future__ import annotations

from pathlib import Path

import pytest

from uplock.archive.places import archive_place, user_cache

HOME = Path("/home/ann")
PROJECT = Path("/home/ann/shop")


@pytest.mark.parametrize(
    ("environ", "platform", "place"),
    [
        ({}, "linux", "/home/ann/.cache/uplock"),
        ({}, "darwin", "/home/ann/Library/Caches/uplock"),
        ({"XDG_CACHE_HOME": "/var/caches"}, "linux", "/var/caches/uplock"),
        ({"XDG_CACHE_HOME": "/var/caches"}, "darwin", "/home/ann/Library/Caches/uplock"),
        ({"XDG_CACHE_HOME": ""}, "linux", "/home/ann/.cache/uplock"),
        ({"XDG_CACHE_HOME": "relative"}, "linux", "/home/ann/.cache/uplock"),
        ({"UPLOCK_CACHE": "/fast", "XDG_CACHE_HOME": "/var/caches"}, "linux", "/fast"),
        ({"UPLOCK_CACHE": "/fast"}, "darwin", "/fast"),
        ({"UPLOCK_CACHE": ""}, "linux", "/home/ann/.cache/uplock"),
    ],
)
def test_the_cache_is_where_variable_or_platform_say(environ: dict[str, str], platform: str, place: str) -> None:
    assert user_cache(environ, HOME, platform) == Path(place)


@pytest.mark.parametrize(
    ("flag", "environ", "place"),
    [
        (None, {}, "/home/ann/shop/.uplock"),
        (None, {"UPLOCK_ARCHIVE": ""}, "/home/ann/shop/.uplock"),
        (None, {"UPLOCK_ARCHIVE": "/srv/archive"}, "/srv/archive"),
        ("here", {"UPLOCK_ARCHIVE": "/srv/archive"}, "here"),
    ],
)
def test_the_archive_is_where_flag_or_variable_say(flag: str | None, environ: dict[str, str], place: str) -> None:
    assert archive_place(PROJECT, flag, environ) == Path(place)
