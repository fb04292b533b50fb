"""Text about building again: equal, other members, or only another archive."""

from __future__ import annotations

import pytest

from uplock.model.build_outcome import BuildResult, PackageBuild
from uplock.model.built import BuiltWheel, MemberDifference, Rebuilt
from uplock.model.digest import Sha256
from uplock.report.build_text import build_text

DIGEST = Sha256("0" * 64)
ROW = BuiltWheel(
    target="py312-linux-x86_64",
    python="3.12.1",
    package="raw",
    version="1.0",
    sdist="raw-1.0.tar.gz",
    sdist_sha256=DIGEST,
    wheel="raw-1.0-py3-none-any.whl",
    wheel_sha256=DIGEST,
    wheel_size=3,
    frontend="x 1",
)


def text(again: Rebuilt | None) -> str:
    result = BuildResult(
        project="shop",
        target=ROW.target,
        python=ROW.python,
        isolation="a wall",
        packages=(PackageBuild(status="built", wheel=ROW, again=again),),
        files=(),
        changed=True,
    )
    return build_text(result, lambda words, _: words)


def test_what_was_built_is_named_with_all_that_it_was_built_of() -> None:
    assert text(None) == (
        "uplock build · shop · py312-linux-x86_64 · CPython 3.12.1 · a wall\n"
        "raw 1.0: raw-1.0-py3-none-any.whl built\n"
        f"  sha256 {DIGEST}, 3 bytes\n"
        f"  from raw-1.0.tar.gz  sha256 {DIGEST}\n"
        "  with nothing but its own backend\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("differences", "omitted", "words"),
    [
        ((), 0, f"  built again: other bytes, all members are equal (sha256 {DIGEST})\n"),
        (
            (MemberDifference(path="a.so", kind="changed"),),
            0,
            f"  built again: other bytes, 1 member differs (sha256 {DIGEST})\n    a.so differs\n",
        ),
        (
            (MemberDifference(path="a\x1b.py", kind="only-second"),),
            4,
            "5 members differ",
        ),
    ],
)
def test_other_bytes_are_told(differences: tuple[MemberDifference, ...], omitted: int, words: str) -> None:
    found = text(Rebuilt(equal=False, sha256=DIGEST, filename="x", differences=differences, omitted=omitted))
    assert words in found
    assert ("    and 4 more" in found) == bool(omitted)
    assert "\x1b" not in found


def test_equal_bytes_are_told() -> None:
    assert "  built again: equal bytes\n" in text(Rebuilt(equal=True, sha256=DIGEST, filename="x"))
