"""Comparing a committed matrix with the locks: by its meaning, not its bytes, so that it can be written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from uplock.model.matrix_outcome import MatrixDifference, MatrixRow
from uplock.uplift.matrix_reading import Committed, CommittedRow
from uplock.uplift.scan.tree import Node, Scalar

REQUIRED = ("python", "sha256", "experimental")
"""What every row says, besides its lock. What is in no list is the project's own."""

IF_SAID = ("target", "platform")
"""What a row may leave out: its lock's name has both."""

_IMAGE = re.compile(r"(?:.*/)?python:(?P<version>[0-9][0-9.]*)(?:[-@].*)?", re.DOTALL)
"""The official image, from any registry."""

_SHOWN = 80
"""Characters of a committed value that are shown."""


def differences(
    committed: Committed, rows: tuple[MatrixRow, ...], path: str, chosen: Mapping[str, frozenset[str]]
) -> Iterator[MatrixDifference]:
    """Yield all in which the committed matrix says another thing than ``rows``, in no order.

    The order of rows and further keys do not matter. ``runner`` and ``container`` are compared only for the platforms
    that ``chosen`` has under these names: the project may have machines of its own; but the official image of another
    interpreter is always a difference.
    """
    expected = {row.lock: row for row in rows}
    seen: dict[tuple[str, str], int] = {}
    for found in committed.rows:
        lock = _text(found.fields.get("lock"))
        row = expected.get(lock or "")
        if row is None:
            word = committed.words.get("lock", "lock")
            said = "is not said" if lock is None else f"is {_shown(lock)}, which is no lock of this project"
            yield MatrixDifference(path=path, line=found.line, target="", message=f"{word} {said}")
            continue
        if (first := seen.setdefault((found.job, row.lock), found.line)) != found.line:
            message = f"a second row for {row.lock}: the first one is in line {first}"
            yield MatrixDifference(path=path, line=found.line, target=row.target, message=message)
        for line, field, said in _row_differences(found, row, chosen):
            message = f"{committed.words.get(field, field)} {said}"
            yield MatrixDifference(path=path, line=line, target=row.target, message=message)
    tested = {lock for _, lock in seen}
    for row in rows:
        if row.lock not in tested:
            message = f"no row names {row.lock}"
            yield MatrixDifference(path=path, line=committed.line, target=row.target, message=message)


def _row_differences(
    found: CommittedRow, row: MatrixRow, chosen: Mapping[str, frozenset[str]]
) -> Iterator[tuple[int, str, str]]:
    """Yield line, field and the words behind it."""
    compared = (
        *REQUIRED,
        *(field for field in IF_SAID if field in found.fields),
        *(field for field in ("runner", "container") if row.platform in chosen.get(field, ())),
    )
    for field in compared:
        node = found.fields.get(field)
        expected: str | bool = getattr(row, field)
        if node is None:
            if expected != "":
                yield found.line, field, f"is not said, and must be {_shown(expected)}"
        elif (message := _difference(node, expected)) is not None:
            yield node.line, field, message
    image = found.fields.get("container")
    match = _IMAGE.fullmatch(_text(image) or "")
    if (
        image is not None
        and match is not None
        and match["version"].rstrip(".") != row.python
        and "container" not in compared
    ):
        yield image.line, "container", f"is {_shown(match[0])}, and the lock is for CPython {row.python}"


def _difference(node: Node, expected: str | bool) -> str | None:  # noqa: FBT001 - a value of a row
    """Return what is wrong with a value, or ``None``."""
    if not isinstance(node, Scalar):
        return f"is a list or a table, and must be {_shown(expected)}"
    if node.value == expected and type(node.value) is type(expected):
        odd = isinstance(expected, bool) and node.text.lower() != _shown(expected)
        return f"is {node.text}, which not every service reads as {_shown(expected)}" if odd else None
    if isinstance(expected, str) and not isinstance(node.value, str):
        trap = f", which YAML reads as {node.value!r}" if str(node.value) != node.text else ""
        return f"is {_shown(node.text)} without quotes{trap}; it must be {_shown(expected)}"
    if isinstance(expected, bool) and isinstance(node.value, str):
        return f"is the text {_shown(node.value)}, and must be {_shown(expected)}"
    said = _shown(node.value) if isinstance(node.value, str) else _shown(node.text).strip('"')
    return f"is {said}, and must be {_shown(expected)}"


def _text(node: Node | None) -> str | None:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None


def _shown(value: str | bool) -> str:  # noqa: FBT001 - a value of a row
    if isinstance(value, bool):
        return "true" if value else "false"
    return ascii(value[:_SHOWN]).replace("'", '"') + ("…" if len(value) > _SHOWN else "")
