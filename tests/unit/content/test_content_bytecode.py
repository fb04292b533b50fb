"""Bytecode compared with what a compiler makes, without unmarshalling any."""

from __future__ import annotations

import importlib.util
import marshal
import struct
import sys
import types

import pytest

from uplock.content.bytecode import (
    HEADER,
    CachedName,
    Compiled,
    Examined,
    examine,
    filename_in,
    odd_filenames,
    parse_cached_name,
)
from uplock.content.marshalled import MAX_DEPTH, summarize
from uplock.errors import InputError

RELEASE = sys.version_info[:2]
SOURCE = b'''"""Text."""
import os
NUMBERS = (1, -1, 2**70, -2**70, 1.5, 2j, True, None, ..., b"x", "\xc3\xa9", "long" * 100)
def outer(a, /, b, *c, d=1, **e):
    """Doc."""
    def inner():
        nonlocal b
        try:
            return a if a in {"x", "y", b"z", 3} else [each for each in c]
        except ValueError:
            return lambda: d
    return inner
class Kind:
    x: int = 1
    def f(self):
        return super().f()
async def g():
    async with os as o:
        yield o
'''


def code_of(source: bytes = SOURCE, filename: str = "/place/demo/cli.py", level: int = 0) -> types.CodeType:
    made = compile(source, filename, "exec", dont_inherit=True, optimize=level)
    assert isinstance(made, types.CodeType)
    return made


def pyc(code: bytes, flags: int = 0, rest: bytes = struct.pack("<II", 1000, len(SOURCE))) -> bytes:
    return importlib.util.MAGIC_NUMBER + struct.pack("<I", flags) + rest + code


def compiled(code: bytes | None = None) -> Compiled:
    return Compiled(
        magic=importlib.util.MAGIC_NUMBER,
        source_hash=importlib.util.source_hash(SOURCE),
        source_size=len(SOURCE),
        code=marshal.dumps(code_of()) if code is None else code,
    )


@pytest.mark.parametrize("version", [0, 1, 2, 3, 4])
def test_one_code_has_one_digest_however_it_is_written(version: int) -> None:
    written = summarize(marshal.dumps(code_of(), version), RELEASE) if version > 1 else None
    plain = summarize(marshal.dumps(code_of()), RELEASE)
    assert plain.filenames == ("/place/demo/cli.py",)
    if written is not None:
        assert written == plain


def test_the_file_name_is_not_part_of_the_digest_and_all_else_is() -> None:
    plain = summarize(marshal.dumps(code_of()), RELEASE)
    assert summarize(marshal.dumps(code_of(filename="/other.py")), RELEASE).digest == plain.digest
    codes = [code_of(level=2), code_of(SOURCE + b"\n\nx = 1\n"), code_of(b"\n" + SOURCE)]
    changes: list[dict[str, object]] = [
        {"co_name": "evil"},
        {"co_stacksize": 99},
        {"co_flags": 1},
        {"co_firstlineno": 7},
        {"co_consts": (*code_of().co_consts, 1)},
        {"co_names": (*code_of().co_names[:-1], "evil")},
        {"co_code": code_of().co_code + b"\x09\x00"},
    ]
    codes += [code_of().replace(**change) for change in changes]  # type: ignore[arg-type] # fields of several types
    digests = {summarize(marshal.dumps(each), RELEASE).digest for each in codes}
    assert len(digests | {plain.digest}) == len(codes) + 1


def test_file_names_of_inner_code_are_all_told() -> None:
    inner = code_of(b"x = 1\n", "/evil.py")
    outer = code_of(b"y = 1\n").replace(co_consts=(inner,))
    assert summarize(marshal.dumps(outer), RELEASE).filenames == ("/evil.py", "/place/demo/cli.py")


def tuples(depth: int) -> bytes:
    return b"\x29\x01" * depth + b"N"


def code_with(constants: bytes) -> bytes:
    """Return marshalled code with other constants, written without references."""
    plain = marshal.dumps(code_of(b"").replace(co_consts=("the constants",)), 2)
    wanted = marshal.dumps(("the constants",), 2)
    assert plain.count(wanted) == 1
    return plain.replace(wanted, constants)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is no code"),
        (b"N", "is no code"),
        (b"\xe3", "ends before"),
        (marshal.dumps(code_of())[:-1], "ends before"),
        (marshal.dumps(code_of()) + b"N", "bytes behind"),
        (code_with(tuples(MAX_DEPTH + 1)), "nested"),
        (code_with(b"?"), "compilers do not make"),
        (code_with(b"{0"), "compilers do not make"),
        (code_with(b"0"), "compilers do not make"),
        (code_with(b"r\x00\x00\x00\x00"), "not there yet"),
        (code_with(b"r\xff\xff\xff\xff"), "negative"),
        (code_with(b"\xa8\x01\x00\x00\x00r\x00\x00\x00\x00"), "not there yet"),
        (code_with(b"(\xff\xff\xff\x7f"), "ends before|do not make"),
        (code_with(b"s\xff\xff\xff\x7f"), "ends before"),
        (code_with(b"s\xff\xff\xff\xff"), "negative"),
        (code_with(b"l\xff\xff\xff\x7f"), "ends before"),
        (code_with(b"l\x00\x00"), "ends before"),
    ],
)
def test_what_no_compiler_writes_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        summarize(data, RELEASE)


def test_code_whose_file_name_is_no_text_is_refused() -> None:
    plain = marshal.dumps(code_of(b"", "the file name"), 2)
    with pytest.raises(InputError, match="no text as file name"):
        summarize(plain.replace(marshal.dumps("the file name", 2), b"N", 1), RELEASE)


def test_shared_constants_cost_no_more_than_they_take() -> None:
    pairs = b"".join(  # each refers twice to the one before: written out, 2**199 times
        b"\xa9\x02r" + struct.pack("<I", n) + b"r" + struct.pack("<I", n) for n in range(1, 200)
    )
    shared = b"\xa8\xc8\x00\x00\x00\xa9\x01N" + pairs
    assert len(summarize(code_with(shared), RELEASE).digest) == 32


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/__pycache__/b.cpython-312.pyc", CachedName(source="a/b.py", tag="cpython-312", level=0)),
        ("__pycache__/b.c.cpython-312.opt-2.pyc", CachedName(source="b.c.py", tag="cpython-312", level=2)),
        ("a/__pycache__/b.pypy39-1.pyc", None),
        ("a/__pycache__/b.cpython-312.opt-3.pyc", None),
        ("a/__pycache__/b.pyc", None),
        ("a/b.cpython-312.pyc", None),
        ("a/__pycache__/b.cpython-312.py", None),
    ],
)
def test_names_of_bytecode_are_read(path: str, name: CachedName | None) -> None:
    assert parse_cached_name(path) == name


CODE = marshal.dumps(code_of())
HASH = importlib.util.source_hash(SOURCE)


@pytest.mark.parametrize(
    "data",
    [
        pyc(CODE),
        pyc(CODE, 1, HASH),
        pyc(CODE, 3, HASH),
        pyc(marshal.dumps(code_of(), 2)),
    ],
)
def test_bytecode_of_every_header_is_proved(data: bytes) -> None:
    assert examine(data, 1000, compiled(), RELEASE).problem == ""
    assert filename_in(data, RELEASE) == "/place/demo/cli.py"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no header"),
        (pyc(CODE)[: HEADER - 1], "no header"),
        (b"\x00" + pyc(CODE)[1:], "another version"),
        (pyc(CODE, 2), "flags that do not exist (0x2)"),
        (pyc(CODE, 1, bytes(8)), "hash of another source"),
        (pyc(CODE, 3, bytes(8)), "hash of another source"),
        (pyc(CODE, 0, struct.pack("<II", 1000, 1)), "size of another source"),
        (pyc(CODE, 0, struct.pack("<II", 1001, len(SOURCE))), "another time of modification"),
        (pyc(b"N"), "is no code"),
        (pyc(marshal.dumps(code_of(b"x = 1"))), "not what its source compiles to"),
        (pyc(marshal.dumps(code_of(level=2))), "not what its source compiles to"),
    ],
)
def test_bytecode_that_is_not_of_its_source_is_told(data: bytes, words: str) -> None:
    assert words in examine(data, 1000, compiled(), RELEASE).problem


def test_bytecode_of_a_source_that_cannot_be_compiled_is_told() -> None:
    assert examine(pyc(CODE), 1000, compiled(b""), RELEASE).problem == "its source cannot be compiled"


def test_another_file_name_is_returned_and_several_are_a_problem() -> None:
    moved = pyc(marshal.dumps(code_of(filename="/moved/demo/cli.py")))
    assert examine(moved, 1000, compiled(), RELEASE) == Examined(filename="/moved/demo/cli.py")
    constants = tuple(
        each.replace(co_filename="/evil.py") if isinstance(each, types.CodeType) else each
        for each in code_of().co_consts
    )
    mixed = pyc(marshal.dumps(code_of().replace(co_consts=constants)))
    assert examine(mixed, 1000, compiled(), RELEASE).problem == "names several sources"
    assert filename_in(mixed, RELEASE) is None
    assert filename_in(b"", RELEASE) is None


HERE = frozenset({"/env/site"})


@pytest.mark.parametrize(
    ("names", "odd"),
    [
        ({"a": ("/env/site/x.py", "x.py")}, []),
        ({"a": ("/elsewhere/x.py", "x.py")}, []),
        ({"a": ("/elsewhere/y.py", "x.py")}, ["a"]),
        ({"a": ("x.py", "x.py")}, []),
        ({"a": ("/t/lib/../x.py", "x.py"), "b": ("/t/site/y.py", "y.py"), "c": ("/t/site/z.py", "z.py")}, []),
        ({"a": ("/t/x.py", "x.py"), "b": ("/u/y.py", "y.py"), "c": ("/u/z.py", "z.py")}, ["a"]),
        ({"a": ("/t/x.py", "x.py"), "b": ("/env/site/y.py", "y.py")}, ["a"]),
        ({"a": ("/env/bin/x.py", "bin/x.py"), "b": ("/env/site/y.py", "y.py")}, []),
    ],
)
def test_file_names_of_one_environment_agree(names: dict[str, tuple[str, str]], odd: list[str]) -> None:
    assert list(odd_filenames(names, HERE)) == odd
