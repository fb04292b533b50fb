"""Python's stable ABI: which of its versions has all that a module uses (PEP 384, PEP 652, PEP 803).

The one door to ``abi3info``, which is a table of a quarter of a megabyte and imported when the first module is judged.
"Since" means since when a symbol is *promised*: most functions were there before, only without the promise.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Literal

from uplock.inspect.binary import is_module
from uplock.model.value import Value

Claim = Literal["abi3", "abi3t"]
Release = tuple[int, int]
"""Feature release of CPython: ``(3, 11)``."""

_FIRST: Mapping[Claim, Release] = {"abi3": (3, 2), "abi3t": (3, 15)}
_DEBUG = frozenset({"Py_REF_DEBUG", "Py_TRACE_REFS"})


class AbiAnswer(Value, frozen=True, kw_only=True):
    """What the symbols of a module say about its claim to a stable ABI."""

    floor: Release
    """Oldest CPython whose stable ABI has all that is used and known."""
    newer: tuple[tuple[str, Release], ...] = ()
    """Symbols that came into the stable ABI after the claimed floor, with the release; sorted by name."""
    foreign: tuple[str, ...] = ()
    """Symbols of CPython outside the stable ABI, sorted: each may change or go with any release."""
    unknown: tuple[str, ...] = ()
    """Symbols that may be newer than the table of ``abi3info``, sorted. Only if the claimed floor is as new as that."""


def stable_abi(symbols: Iterable[str], *, claim: Claim, floor: Release | None, windows: bool = False) -> AbiAnswer:
    """Compare undefined symbols of a module with the stable ABI that it claims, from the release ``floor`` on.

    Without a floor nothing is newer than claimed. Entry points of modules are no uses. What is in the stable ABI on
    other systems only (see ``windows``), or in debug builds of CPython only, is foreign.
    """
    known = _table()[windows]
    used = {symbol for symbol in symbols if not is_module(symbol)}
    since = {symbol: known[symbol] for symbol in used if symbol in known}
    outside = tuple(sorted(used - since.keys()))
    may_be_newer = floor is not None and floor >= _newest()
    return AbiAnswer(
        floor=max((_FIRST[claim], *since.values())),
        newer=tuple(
            sorted((symbol, release) for symbol, release in since.items() if floor is not None and release > floor)
        ),
        foreign=() if may_be_newer else outside,
        unknown=outside if may_be_newer else (),
    )


@functools.cache
def _table() -> tuple[dict[str, Release], dict[str, Release]]:
    """Return since when each symbol is promised, elsewhere than on Windows and there."""
    from abi3info import DATAS, FUNCTIONS  # type: ignore[import-untyped]  # it has no py.typed

    elsewhere: dict[str, Release] = {}
    windows: dict[str, Release] = {}
    for entry in (*FUNCTIONS.values(), *DATAS.values()):
        condition = entry.ifdef
        release = (entry.added.major, entry.added.minor)
        if condition is not None and condition.name in _DEBUG:
            continue
        if condition is None or condition.name != "MS_WINDOWS":
            elsewhere[entry.symbol.name] = release
        if condition is None or condition.windows:
            windows[entry.symbol.name] = release
    return elsewhere, windows


@functools.cache
def _newest() -> Release:
    """Return the newest release that the table speaks of, whose part of it may not be complete."""
    return max(max(each.values()) for each in _table())
