"""The bounds of documents that we read, whoever wrote them."""

from __future__ import annotations

from typing import NoReturn

from uplock.errors import InputError

MAX_DOCUMENT = 96 * 1024 * 1024
"""Bytes: the bound of every file that is read whole. A document of ours of 20,000 components has about 75 MB."""
MAX_DEPTH = 128
"""Objects, arrays and elements in one another. Nothing real comes near: components nest a dozen deep at most."""
MAX_VALUES = 3_750_000
"""Values of JSON: a real document has one in 28 bytes without white space, so this bounds none but made-up ones."""
MAX_NODES = 1_500_000
"""Elements and attributes of XML, which cost more than values of JSON do."""
MAX_NAME = 1024
"""Characters of the name of an element or attribute, with its name space."""
MAX_ATTRIBUTE = 65_536
"""Characters of one attribute."""
MAX_DIGITS = 64
"""Characters of one number."""


ASK_AGAIN = "Ask for the document again from who made it."


def refuse(message: str, text: str, offset: int) -> NoReturn:
    """Raise :class:`InputError` at a place of ``text``, as line and column, both from 1."""
    line = text.count("\n", 0, offset) + 1
    refuse_at(message, line, offset - text.rfind("\n", 0, offset))


def refuse_at(message: str, line: int, column: int) -> NoReturn:
    """Raise :class:`InputError` at a line and column, both from 1."""
    raise InputError(message, context=f"{line}:{column}", remedy=ASK_AGAIN)


def refuse_whole(message: str) -> NoReturn:
    """Raise :class:`InputError` about the document as a whole."""
    raise InputError(message, remedy="Give a smaller document.")
