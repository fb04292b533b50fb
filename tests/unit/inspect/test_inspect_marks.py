import io
import json

import pytest

from support.wheels import build_wheel
from uplock.inspect.marks import MAX_MARK, tools_of
from uplock.inspect.wheel import open_wheel

INFO = "demo-1.dist-info"
BY_AUDITWHEEL = {"metadata": {"tools": [{"vendor": "PyPA", "name": "auditwheel", "version": "6.7.0"}]}}


def tools(path: str, content: bytes) -> tuple[str, ...]:
    name, data = build_wheel("demo", "1", files={path: content})
    return tools_of(open_wheel(io.BytesIO(data), name))


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        (f"{INFO}/DELVEWHEEL", b"Version: 1.11.2\nArguments: ['delvewheel', 'repair']\n", "delvewheel 1.11.2"),
        (f"{INFO}/DELVEWHEEL", b"Version: 1.11.2\r\nArguments: []\r\n", "delvewheel 1.11.2"),
        (f"{INFO}/WHEEL", b"Wheel-Version: 1.0\nGenerator: delocate 0.13.0\n", "delocate 0.13.0"),
        (f"{INFO}/WHEEL", b"Generator: bdist_wheel (0.45.1)\nGenerator: delocate 0.13.0\n", "delocate 0.13.0"),
        (f"{INFO}/sboms/auditwheel.cdx.json", json.dumps(BY_AUDITWHEEL).encode(), "auditwheel 6.7.0"),
        (f"{INFO}/sboms/auditwheel.cdx.json", json.dumps(BY_AUDITWHEEL, indent=2).encode(), "auditwheel 6.7.0"),
    ],
)
def test_tools_are_told_by_their_marks(path: str, content: bytes, expected: str) -> None:
    assert tools(path, content) == (expected,)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (f"{INFO}/DELVEWHEEL", b"Arguments: Version: 1.11.2"),
        (f"{INFO}/DELVEWHEEL", b"Version: \x1b[31m1.0\n"),
        (f"{INFO}/DELVEWHEEL", b"Version: 1.11.2\n".ljust(MAX_MARK + 1)),
        ("demo/DELVEWHEEL", b"Version: 1.11.2\n"),
        (f"{INFO}/WHEEL", b"Generator: setuptools (80.9.0)\n"),
        (f"{INFO}/WHEEL", b"Generator: maturin (1.14.1)\n"),
        (f"{INFO}/sboms/other.json", json.dumps(BY_AUDITWHEEL).encode()),
        (f"{INFO}/sboms/auditwheel.cdx.json", b"\xff\xfe"),
    ],
)
def test_anything_else_is_no_mark(path: str, content: bytes) -> None:
    assert tools(path, content) == ()


def test_several_tools_are_told_sorted() -> None:
    name, data = build_wheel(
        "demo",
        "1",
        files={
            f"{INFO}/DELVEWHEEL": b"Version: 1.11.2\n",
            f"{INFO}/sboms/auditwheel.cdx.json": json.dumps(BY_AUDITWHEEL).encode(),
        },
    )
    assert tools_of(open_wheel(io.BytesIO(data), name)) == ("auditwheel 6.7.0", "delvewheel 1.11.2")
