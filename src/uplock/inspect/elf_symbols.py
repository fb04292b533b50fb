"""The dynamic symbols of ELF files that speak of Python: entry points of modules, and what is taken from CPython.

A file with many symbols has few of these. The string table is searched for the beginnings of such names first, and
only symbols whose names begin at one of these places are looked at; so a file without any costs one search.
"""

from __future__ import annotations

import re
import struct

from uplock.inspect.binary import Range, is_cpython, is_module
from uplock.model.value import Value

MAX_SYMBOLS = 2**21
"""Entries of the dynamic symbol table."""

_BEGINNING = re.compile(rb"Py[A-Z_]")
_EXPORTED_BINDINGS = frozenset({1, 2, 10})
_EXPORTED_VISIBILITIES = frozenset({0, 3})


class PythonSymbols(Value, frozen=True, kw_only=True):
    """What the dynamic symbols of a file say about Python."""

    modules: tuple[str, ...] = ()
    """Exported entry points of extension modules (``PyInit_name``), sorted."""
    undefined: tuple[str, ...] = ()
    """Undefined symbols in CPython's name space, sorted."""


def read_symbols(file: Range, table: int, count: int, strings: tuple[int, int], *, wide: bool) -> PythonSymbols:
    """Read the ``count`` dynamic symbols at ``table`` whose names are those of CPython or of its modules.

    Names stand in the range ``strings`` of the file. Raises :class:`InputError` if the table is not in the file.
    """
    places = _places(file, strings)
    if not places:
        return PythonSymbols()
    if count > MAX_SYMBOLS:
        raise file.damaged(f"it has more than {MAX_SYMBOLS} symbols")
    form = struct.Struct(file.order + ("IBBH16x" if wide else "I8xBBH"))
    modules: set[str] = set()
    undefined: set[str] = set()
    file.check(table, count * form.size)
    with memoryview(file.data)[file.start + table : file.start + table + count * form.size] as symbols:
        for place, info, other, section in form.iter_unpack(symbols):
            if place not in places:
                continue
            name = file.name(strings[0] + place, strings[1])
            if section:
                if info >> 4 in _EXPORTED_BINDINGS and other & 3 in _EXPORTED_VISIBILITIES and is_module(name):
                    modules.add(name)
            elif is_cpython(name):
                undefined.add(name)
    return PythonSymbols(modules=tuple(sorted(modules)), undefined=tuple(sorted(undefined)))


def _places(file: Range, strings: tuple[int, int]) -> set[int]:
    """Return all offsets in the string table where ``Py`` or ``_Py`` begins, also in the middle of another name.

    Linkers let a name share the end of a longer one.
    """
    start, end = strings
    found = {match.start() - start for match in _BEGINNING.finditer(file.data, start, end)}
    return found | {place - 1 for place in found if place and file.data[start + place - 1] == ord("_")}


def count_by_hash(file: Range, table: int, *, words: int) -> int:
    """Return the number of symbols that a hash table of System V's kind (``DT_HASH``) says there are.

    Its numbers have 32 bits but on s390x, where ``words`` is 8.
    """
    return file.unpack("QQ" if words == 8 else "II", table)[1]  # noqa: PLR2004 - the size of a number, told above


def count_by_gnu_hash(file: Range, table: int, *, wide: bool) -> int | None:
    """Return the number of symbols by a GNU hash table (``DT_GNU_HASH``): the last chain ends with the last symbol.

    ``None`` if it has no symbols: then it does not say how many undefined ones stand before it.
    """
    buckets, first, blooms, _ = file.unpack("IIII", table)
    start = table + 16 + blooms * (8 if wide else 4)
    if buckets > MAX_SYMBOLS:
        raise file.damaged(f"it has more than {MAX_SYMBOLS} symbols")
    last = max((number for (number,) in struct.iter_unpack(file.order + "I", file.take(start, buckets * 4))), default=0)
    if last < max(first, 1):
        return None
    chain = start + buckets * 4 - first * 4
    for symbol in range(last, MAX_SYMBOLS):
        if file.unpack("I", chain + symbol * 4)[0] & 1:
            return symbol + 1
    raise file.damaged("its hash table does not end")
