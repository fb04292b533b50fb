"""Properties of every platform and target that can be configured."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.tags import Tag, parse_tag

from support.strategies import platforms, targets
from uplock.errors import ConfigError
from uplock.model.platform import Platform
from uplock.model.platform_name import parse_platform
from uplock.model.target import Interpreter, Target, parse_interpreter


@given(platforms)
def test_a_platform_is_what_its_name_says(platform: Platform) -> None:
    assert parse_platform(platform.name) == platform


@given(platforms)
def test_a_slug_is_fit_for_file_names_and_addresses(platform: Platform) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,70}", platform.slug)


@given(platforms, platforms)
def test_two_platforms_share_neither_name_nor_slug(one: Platform, other: Platform) -> None:
    assume(one != other)
    assert one.name != other.name
    assert one.slug != other.slug


@given(targets)
def test_tags_are_valid_distinct_and_end_with_pure_wheels(target: Target) -> None:
    tags = target.tags()
    assert len(set(tags)) == len(tags)
    assert all(parse_tag(str(tag)) == {tag} for tag in tags)
    assert [tag.platform == "any" for tag in tags] == sorted(tag.platform == "any" for tag in tags)
    assert Tag("py3", "none", "any") in tags


@given(targets, targets)
def test_a_native_wheel_fits_one_kind_of_system_only(one: Target, other: Target) -> None:
    assume(one.platform.sys_platform != other.platform.sys_platform)
    shared = set(one.tags()) & set(other.tags())
    assert {tag.platform for tag in shared} == {"any"}


@given(st.text(max_size=40) | st.from_regex(r"(linux|macos|windows)-[a-z0-9_]{1,8}(-[a-z]{0,5}[0-9.]{0,6})?"))
def test_any_text_is_a_platform_or_a_configuration_error(text: str) -> None:
    try:
        platform = parse_platform(text)
    except ConfigError:
        return
    assert parse_platform(platform.name) == platform


@given(st.text(max_size=20) | st.from_regex(r"[23]\.[0-9]{1,2}(\.[0-9]{1,3})?[a-z]{0,2}[0-9]?"))
def test_any_text_is_a_full_version_or_a_configuration_error(text: str) -> None:
    try:
        interpreter = parse_interpreter(text, {"3.12": "3.12.16"})
    except ConfigError:
        return
    assert interpreter == Interpreter(version="3.12.16" if text == "3.12" else text)
    assert re.fullmatch(r"3\.[0-9]+\.[0-9]+", interpreter.version)
