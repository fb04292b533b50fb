"""A package brings a library that another one needs, without being asked to: it must not count as the provider."""

from __future__ import annotations

import pytest

from support.linked import library, linked, locked, only, wheel
from support.native import native_member
from support.subjects import check, make_subject
from uplock.policy.rules.na007 import RULE as NA007

VICTIM = wheel(
    "consumer", native_member("consumer/_x.so", needed=("libodbc.so.2",), runpath=("$ORIGIN/../victim/lib",))
)
PLANTED = wheel("planted", library("victim/lib/libodbc.so.2"), library("libodbc.so.2"))


@pytest.mark.parametrize(
    "edges",
    [{}, {"planted": ["consumer"]}, {"other": ["planted", "consumer"]}],
    ids=["stranger", "dependent", "sibling"],
)
def test_a_package_on_which_the_victim_does_not_depend_is_no_provider(edges: dict[str, list[str]]) -> None:
    artifacts = (VICTIM, PLANTED, wheel("other"))
    assert only(linked(*artifacts, edges=edges)).kind == "nobody"
    found = check(NA007, make_subject(*artifacts, lock=locked(*artifacts, edges=edges)))
    assert [each.package for each in found] == ["consumer"]


def test_a_wheel_cannot_make_itself_the_dependency_of_another() -> None:
    planted = wheel("planted", library("victim/lib/libodbc.so.2"), requires=["consumer[planted]", "planted"])
    consumer = wheel("consumer", *VICTIM.native.members, requires=["planted; extra == 'odbc'"])
    assert only(linked(consumer, planted, edges={"planted": ["consumer"]})).kind == "nobody"


def test_a_library_named_as_one_of_the_system_takes_no_place_of_it() -> None:
    victim = wheel("consumer", native_member("consumer/_x.so", needed=("libc.so.6", "libz.so.1")))
    planted = wheel("planted", library("planted/libc.so.6"), library("planted/libz.so.1"))
    linkage = linked(victim, planted, edges={"consumer": ["planted"]})
    assert [each.kind for each in linkage.of_package("consumer")] == ["system", "system"]


def test_a_library_calls_itself_something_else_and_is_found_under_its_file_all_the_same() -> None:
    two = wheel("provider", library("provider/liba.so", "libodbc.so.2"), library("provider/libodbc.so.2", "liba.so"))
    need = only(linked(VICTIM, two, edges={"consumer": ["provider"]}))
    assert need.path in {"provider/liba.so", "provider/libodbc.so.2"}
