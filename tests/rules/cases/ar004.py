"""AR004: manylinux tags, old and new."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_lock, make_package, make_subject, make_target
from uplock.policy.subject import Subject


def locking(*filenames: str) -> Subject:
    target = make_target("3.9.18")
    return make_subject(target=target, lock=make_lock(target, map(make_package, filenames)))


def built(tags: str) -> Subject:
    return locking(f"demo-1.0-cp39-cp39-{tags}.whl")


SPEAKS: dict[str, Case] = {
    "manylinux1": Case(built("manylinux1_x86_64"), says="was built for manylinux1_x86_64", findings=1),
    **{
        tags: Case(built(tags), says=f"was built for {tags}")
        for tags in (
            "manylinux2010_x86_64",
            "manylinux_2_5_x86_64.manylinux1_x86_64",
            "manylinux_2_12_x86_64.manylinux2010_x86_64",
            "manylinux_2_16_i686",
        )
    },
}

SILENT: dict[str, Case] = {
    **{
        tags: Case(built(tags))
        for tags in (
            "manylinux2014_x86_64",
            "manylinux_2_17_x86_64.manylinux2014_x86_64",
            "manylinux_2_12_x86_64.manylinux2010_x86_64.manylinux_2_17_x86_64",
            "manylinux_2_28_aarch64",
            "musllinux_1_2_x86_64",
            "manylinux1_x86_64_v2",
            "win_amd64",
            "any",
        )
    },
    "a source distribution": Case(locking("demo-1.0.tar.gz")),
    "a name with the word in it": Case(locking("manylinux1_tool-1.0-py3-none-any.whl")),
    "no lock": Case(make_subject(locked=False)),
}
