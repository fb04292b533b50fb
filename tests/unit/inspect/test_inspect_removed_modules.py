"""Imports of modules that left the standard library, found in the code of wheels."""

import io

import pytest

from support.wheels import build_wheel
from uplock.inspect.removed_modules import gone_in, imports_of, removed_modules, standard_uses
from uplock.inspect.wheel import open_wheel

CODE = b"""\
import os, distutils.version
from asyncore import dispatcher
try:
    import imp
except ImportError:
    imp = None
if os.name == "nt":
    import smtpd
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import cgi
else:
    import pipes
def late():
    from distutils import log
    __import__("asynchat")
import importlib
importlib.import_module("imp")
# import distutils
TEXT = "import distutils"
from . import distutils
"""


def uses(code: bytes, minor: str = "3.13") -> list[tuple[str, int, str]]:
    filename, data = build_wheel("demo", "1.0", files={"demo/__init__.py": code, "demo/data.txt": b"import imp"})
    found = standard_uses(open_wheel(io.BytesIO(data), filename), minor)
    return [(use.module, use.line, use.context) for use in found]


def test_each_import_is_found_with_its_line_and_how_it_stands() -> None:
    assert uses(CODE) == [
        ("distutils.version", 1, "top-level"),
        ("asyncore", 2, "top-level"),
        ("imp", 4, "guarded"),
        ("smtpd", 8, "guarded"),
        ("pipes", 13, "top-level"),
        ("distutils", 15, "nested"),
        ("asynchat", 16, "nested"),
        ("imp", 18, "top-level"),
    ]


def test_what_the_target_still_has_is_not_told() -> None:
    assert ("pipes", 13, "top-level") not in uses(CODE, "3.12")
    assert uses(CODE, "3.8") == []


@pytest.mark.parametrize("code", [b"print 'imp'", b"import imp\n" + b"(" * 3000, b"\xff\xfe imp", b"import imp \x00"])
def test_what_is_no_python_is_passed_over(code: bytes) -> None:
    assert imports_of(code, gone_in("3.13")) == []


def test_deep_code_does_not_end_the_reader() -> None:
    code = b"import imp\nx = " + b"+".join([b"1"] * 5000) + b"\n"
    assert imports_of(code, {"imp"}) in ([("imp", 1, "top-level")], [])


def test_the_table_says_what_left_when() -> None:
    assert removed_modules()["distutils"] == "3.12"
    assert {"cgi", "telnetlib"} <= set(gone_in("3.13")) - set(gone_in("3.12"))
    assert gone_in("3.14") == gone_in("3.13")
