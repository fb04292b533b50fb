"""What ``uplock sbom validate`` answers."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.finding import Status
from uplock.model.outcome import ErrorBody
from uplock.model.value import Value


class SbomDefect(Value, frozen=True, kw_only=True):
    """One thing that is wrong with a document."""

    place: str
    """JSON path as in ``components[3].purl``; where the schema of XML objects, the line."""
    message: str


class ValidatedDocument(Value, frozen=True, kw_only=True):
    """One document: ``pass``, ``fail`` with defects, or ``undetermined`` with the error of reading it."""

    file: str
    verdict: Status
    sha256: Sha256 | None = None
    format: Literal["json", "xml"] | None = None
    spec_version: str | None = None
    components: int = 0
    """With those inside others, and with what the document is about."""
    objector: Literal["schema", "linter"] | None = None
    """Who found the defects. The linter looks only at what the schema accepts."""
    defects: tuple[SbomDefect, ...] = ()
    """The first 100."""
    count: int = 0
    """Of all defects, up to 10,000."""
    error: ErrorBody | None = None


class SbomValidateResult(Value, frozen=True, kw_only=True):
    """``uplock sbom validate``: ``fail`` with any document that fails, else ``undetermined`` with any unread one."""

    verdict: Status
    schema_only: bool
    """Whether the linter was not asked."""
    documents: tuple[ValidatedDocument, ...]
    """In the order of the call."""
