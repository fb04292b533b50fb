"""JSON with lines, and with the comments and trailing commas that editors' files have.

JSON without them is YAML, so that is what reads it; what YAML has not is blanked out first, in place.
"""

from __future__ import annotations

import re

from uplock.uplift.scan.tree import Node
from uplock.uplift.scan.yaml_document import parse

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_COMMENT = re.compile(_STRING + r"|//[^\n]*|/\*(?:.*?\*/|.*)|[\t\r]", re.DOTALL)
_COMMA = re.compile(_STRING + r"|,(?=\s*[}\]])", re.DOTALL)


def parse_json(text: str) -> Node | None:
    """Return the document, ``None`` for an empty one. Raises :class:`~uplock.errors.InputError` with the line."""
    documents = parse(_COMMA.sub(_blanked, _COMMENT.sub(_blanked, text)))
    return documents[0] if documents else None


def _blanked(match: re.Match[str]) -> str:
    piece = match[0]
    return piece if piece.startswith('"') else re.sub(r"[^\n]", " ", piece)
