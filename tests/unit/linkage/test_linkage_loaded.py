"""What is loaded for certain: modules, programs, and whatever is linked to them."""

from __future__ import annotations

import pytest

from support.linked import library, linked, on, only, wheel
from support.native import native_member
from uplock.model.platform import Windows

PLUGIN = library("consumer/lib/plugin.so", needed=("libmpi.so.40",))
MODULE = native_member("consumer/_x.so", needed=("plugin.so",))


def test_a_library_that_nothing_is_linked_to_is_not_loaded_for_certain() -> None:
    assert not only(linked(wheel("consumer", PLUGIN))).linked


@pytest.mark.parametrize("role", ["extension", "executable"])
def test_a_module_or_a_program_is(role: str) -> None:
    assert only(linked(wheel("consumer", native_member("consumer/x", role=role, needed=("libmpi.so.40",))))).linked


def test_a_library_that_a_module_is_linked_to_is() -> None:
    assert only(linked(wheel("consumer", PLUGIN, MODULE, outside=("libmpi.so.40",)))).linked


def test_links_are_followed_from_library_to_library_also_in_a_cycle() -> None:
    between = library("consumer/lib/between.so", needed=("plugin.so", "between.so"))
    module = native_member("consumer/_x.so", needed=("between.so",))
    assert only(linked(wheel("consumer", PLUGIN, between, module, outside=("libmpi.so.40",)))).linked


def test_links_are_followed_into_other_wheels() -> None:
    user = wheel("user", native_member("user/_x.so", needed=("plugin.so",)))
    assert only(linked(user, wheel("consumer", PLUGIN), edges={"user": ["consumer"]})).linked
    assert not only(linked(user, wheel("consumer", PLUGIN))).linked


def test_links_that_are_followed_at_first_use_only_do_not_count() -> None:
    plugin = library("consumer/plugin.dll", needed=("msmpi.dll",), format="pe")
    module = native_member("consumer/_x.pyd", delayed=("plugin.dll",), format="pe")
    user = wheel("user", native_member("user/_x.pyd", delayed=("plugin.dll",), format="pe"))
    consumer = wheel("consumer", plugin, module, outside=("msmpi.dll",))
    windows = on(Windows(arch="x86_64"))
    assert not only(linked(consumer, user, edges={"user": ["consumer"]}, target=windows)).linked
