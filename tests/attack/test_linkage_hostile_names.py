"""Native files name what they need with paths, control characters and enormous names: nothing is followed or shown."""

from __future__ import annotations

import time

import pytest

from support.linked import library, linked, locked, on, only, wheel
from support.native import native_member
from support.subjects import check, make_subject
from uplock.linkage.search import places
from uplock.model.platform import MacOS
from uplock.policy.rules.na007 import RULE as NA007

EDGES = {"consumer": ["provider"]}


@pytest.mark.parametrize(
    "name",
    ["../provider/libx.so", "/etc/libx.so", "provider/libx.so", "./libx.so", "\x1b]0;x\x07libx.so", "libx.so\n", ""],
)
def test_a_name_that_is_no_plain_file_name_is_brought_by_nobody(name: str) -> None:
    consumer = wheel("consumer", native_member("consumer/_x.so", needed=(name,), runpath=("$ORIGIN/../provider",)))
    assert only(linked(consumer, wheel("provider", library("provider/libx.so")), edges=EDGES)).kind == "nobody"


@pytest.mark.parametrize(
    "runpath", ["$ORIGIN/../../../../../etc", "$ORIGIN/..//../..", "/", "", "$ORIGIN\x00/x", "$ORIGIN/" + "../" * 5000]
)
def test_a_search_path_out_of_the_folder_of_packages_leads_nowhere(runpath: str) -> None:
    assert not list(places(native_member("a/b/c.so", runpath=(runpath,)), "libx.so"))


def test_a_system_path_with_a_way_out_is_not_the_systems() -> None:
    name = "/usr/lib/../../opt/libx.dylib"
    consumer = wheel("consumer", native_member("consumer/_x.so", format="mach-o", arch="arm64", needed=(name,)))
    assert only(linked(consumer, target=on(MacOS(arch="arm64")))).kind == "nobody"


def test_findings_show_no_control_character_and_stay_short() -> None:
    names = (*(f"\x1b[2J\u202e{number}" + "x" * 10_000 for number in range(200)), "a\r\nb")
    consumer = wheel("consumer", native_member("consumer/\x1b[2J.so", needed=names))
    (found,) = check(NA007, make_subject(consumer, lock=locked(consumer)))
    for text in (found.message, found.subject, found.place):
        assert text.isprintable()
        assert len(text) <= 1500


def test_a_cycle_of_dependencies_and_of_links_ends() -> None:
    names = [f"p{number}" for number in range(50)]
    ring = dict(zip(names, [*names[1:], names[0]], strict=True))
    artifacts = [
        wheel(
            name,
            library(f"{name}/lib{name}.so", needed=(f"lib{name}.so", f"lib{after}.so")),
            outside=(f"lib{after}.so",),
            requires=[f"{after}[all]", f"{name}[all]; extra == 'all'"],
        )
        for name, after in ring.items()
    ]
    linkage = linked(*artifacts, edges={name: [after, name] for name, after in ring.items()})
    assert [(each.package, each.provider, each.linked) for each in linkage.needs] == [
        (name, ring[name], False) for name in sorted(names)
    ]


def test_very_many_files_of_one_name_that_all_need_it_cost_no_square() -> None:
    many = (library(f"consumer/{number}/libx.so", needed=("libx.so", "gone.so")) for number in range(10_000))
    module = native_member("consumer/_x.so", needed=("libx.so",))
    linkage = linked(wheel("consumer", *many, module, outside=("gone.so",)))
    began = time.process_time()
    need = only(linkage)
    assert time.process_time() - began < 5
    assert (len(need.members), need.linked) == (10_000, True)
