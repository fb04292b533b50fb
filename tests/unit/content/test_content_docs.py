"""``docs/environments.md`` defines the content digest well enough for another implementation: the one that it shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from support.environments import content_of_bytes, demo_wheels
from support.own_interpreter import own_target
from support.wheels import build_wheel
from uplock.content.digest import predict
from uplock.model.content import DifferenceKind

PAGE = (Path(__file__).parents[3] / "docs" / "environments.md").read_text(encoding="utf-8")

ODD = build_wheel(
    "Odd.Name",
    "1.0rc1",
    files={
        "odd_name/ünï.txt": b"text",
        'odd_name/quote".txt': b"text",
        "odd_name/__pycache__/x.cpython-27.pyc": b"old",
        "odd_name/__pycache__/x.txt": b"content",
        "odd_name/old.pyc": b"content",
        "odd_name-1.0rc1.dist-info/INSTALLER": b"nobody\n",
        f"odd_name-1.0rc1.data/data/lib/python{own_target().interpreter.minor}/site-packages/deep.py": b"",
        "odd_name-1.0rc1.data/data/lib/python2.7/site-packages/deep.py": b"",
        "odd_name-1.0rc1.data/headers/odd.h": b"",
        "odd_name-1.0rc1.data/scripts/last": b"#!python",
        "odd_name-1.0rc1.data/data/bin/plain": b"#!python\nprint()\n",
        "odd_name/no__pycache__/x.pyc": b"content",
    },
)


@pytest.mark.parametrize("wheels", [demo_wheels(), (ODD,), (*demo_wheels(), ODD)])
def test_the_implementation_on_the_page_gives_the_same_digest(
    tmp_path: Path, wheels: tuple[tuple[str, bytes], ...]
) -> None:
    (source,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    page: dict[str, Any] = {}
    exec(source, page)  # noqa: S102 - what our own page shows
    for name, data in wheels:
        (tmp_path / name).write_bytes(data)
    target = own_target()
    found = page["content"]([tmp_path / name for name, _ in reversed(wheels)], target.interpreter.minor)
    assert found == predict([content_of_bytes(wheel) for wheel in wheels], target).digest


def test_the_page_explains_every_kind_of_difference() -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)) == set(get_args(DifferenceKind))
