"""Reading a hostile document piece by piece: what is wrong with one piece is kept in words, and the rest is read on."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from uplock.attest.refusal import AttestationError
from uplock.attest.strict_json import Node
from uplock.model.attestation_outcome import Pairs

T = TypeVar("T")

MAX_TEXT = 500
"""Characters of one text that are shown; addresses of workflows have 100."""

MAX_DEFECTS = 50
"""Defects that are told; a document with more is hardly worth reading."""

_LAST_SECOND = 253_402_300_799
"""The last second of the year 9999: there is no later moment."""

_ANY_NUMBER = 1 << 62


class Pieces:
    """Reads pieces and keeps what is wrong with them."""

    def __init__(self, *, wrapped: bool = False) -> None:
        """``wrapped``: base64 may be broken into lines; tools for Sigstore bundles allow that, PEP 740 does not."""
        self._defects: dict[str, None] = {}
        self._base64 = _wrapped_base64 if wrapped else Node.base64

    @property
    def defects(self) -> tuple[str, ...]:
        """What was wrong so far, each once, in the order in which it was met."""
        return tuple(self._defects)

    def defect(self, detail: str) -> None:
        """Keep what is wrong, up to a number of defects."""
        if len(self._defects) < MAX_DEFECTS:
            self._defects[detail] = None
        elif len(self._defects) == MAX_DEFECTS:
            self._defects["there is more wrong than is told here"] = None

    def get(self, read: Callable[[], T]) -> T | None:
        """Return what ``read`` returns, or ``None`` with a defect if it refuses the document."""
        try:
            return read()
        except AttestationError as error:
            self.defect(error.detail)
            return None

    def find(self, node: Node | None, key: str) -> Node | None:
        """Return a member that may be absent; a defect if ``node`` is no object at all."""
        return None if node is None else self.get(lambda: node.find(key))

    def need(self, node: Node | None, key: str) -> Node | None:
        """Return a member that should be there; a defect if it is not."""
        return None if node is None else self.get(lambda: node.need(key))

    def text(self, node: Node | None) -> str | None:
        """Return a text, cut to its bound."""
        return None if node is None else self.get(lambda: cut(node.text()))

    def integer(self, node: Node | None) -> int | None:
        """Return an integer from 0 on."""
        return None if node is None else self.get(node.integer)

    def base64(self, node: Node | None) -> bytes | None:
        """Return bytes that are written in base64."""
        return None if node is None else self.get(lambda: self._base64(node))

    def moment(self, node: Node | None) -> datetime | None:
        """Return a moment in seconds since 1970; 0 says that there is none (as Protobuf has it)."""
        second = self.integer(node)
        if second is not None and second > _LAST_SECOND:
            self.defect("the time of a log entry is after the year 9999")
            second = None
        return datetime.fromtimestamp(second, UTC) if second else None

    def some(self, node: Node | None, limit: int) -> list[Node]:
        """Return the first elements of an array; a defect if there are more than ``limit``, or if it is none."""
        elements = None if node is None else self.get(lambda: node.items(_ANY_NUMBER))
        if node is None or elements is None:
            return []
        if len(node.value) > limit:
            self.defect(f"{node.place} has {len(node.value)} elements, of which the first {limit} are read")
        return list(islice(elements, limit))

    def pairs(self, node: Node | None, limit: int) -> Pairs:
        """Return the members of an object, sorted, those that are no text as JSON; a defect beyond ``limit``."""
        if node is None:
            return ()
        if not isinstance(node.value, dict):
            self.defect(f"{node.place} is not an object")
            return ()
        if len(node.value) > limit:
            self.defect(f"{node.place} has {len(node.value)} members, of which {limit} are read")
        member = f"a member of {node.place}"
        found = [
            (self.text(Node(key, member)), self.text(Node(value if isinstance(value, str) else as_json(value), member)))
            for key, value in sorted(node.value.items())[:limit]
        ]
        return tuple((key, value) for key, value in found if key is not None and value is not None)


def cut(text: str) -> str:
    """Return ``text`` within the bound of what is shown."""
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


def as_json(value: object) -> str:
    """Return a value as JSON in one line."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _wrapped_base64(node: Node) -> bytes:
    return Node(node.text().replace("\r", "").replace("\n", ""), node.place).base64()
