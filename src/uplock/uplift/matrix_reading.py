"""Finding matrices of locks in committed files: in a workflow, a fragment or JSON for GitHub, in jobs of GitLab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from uplock.errors import InputError
from uplock.uplift.matrix_text import FIELDS, VARIABLES
from uplock.uplift.scan.tree import Mapping as Table
from uplock.uplift.scan.tree import Node, Scalar, Sequence, at

MARKS: Mapping[str, frozenset[str]] = {
    "github": frozenset({"lock", "sha256"}),
    "gitlab": frozenset({VARIABLES["lock"], VARIABLES["sha256"]}),
}
"""Keys of which a row has one at least, or it is none of ours: matrices are made for other things as well."""


OF_A_JOB: Mapping[str, str] = {"experimental": "allow_failure", "runner": "tags"}
"""Fields that GitLab says of a job, and their keys there."""

MAX_ROWS_READ = 1000
"""Of one matrix; services make jobs of fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedRow:
    """One row: the nodes of its fields, as :class:`~uplock.model.matrix_outcome.MatrixRow` calls them."""

    line: int
    job: str
    """Empty for a matrix that stands alone."""
    fields: Mapping[str, Node]


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The rows of one job, or of all jobs of GitLab."""

    line: int
    rows: tuple[CommittedRow, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    """What the file calls the fields, where that is something else."""


def committed_at_github(document: Node) -> Iterator[Committed]:
    """Yield the matrices of locks: ``include`` of the document, of its ``strategy``, and of each of its jobs."""
    matrices = [("", document), ("", at(document, "matrix")), ("", at(document, "strategy", "matrix"))]
    if isinstance(jobs := at(document, "jobs"), Table):
        matrices += ((name.text, at(job, "strategy", "matrix")) for name, job in jobs.entries)
    for job, matrix in matrices:
        include = at(matrix, "include")
        rows = [
            CommittedRow(line=row.line, job=job, fields=_fields(row, {name: name for name in FIELDS}))
            for row in _rows(include, "github")
        ]
        if include is not None and rows:
            yield Committed(line=include.line, rows=tuple(rows))


def committed_at_gitlab(document: Node) -> Iterator[Committed]:
    """Yield one for all jobs of the document together: GitLab says of a job, not of a row, that it may fail."""
    rows: list[CommittedRow] = []
    for name, job in document.entries if isinstance(document, Table) else ():
        if not isinstance(job, Table):
            continue
        said = {"experimental": Scalar(text="false", value=False, line=name.line)} | _fields(job, OF_A_JOB)
        rows += (
            CommittedRow(line=row.line, job=name.text, fields={**_fields(row, VARIABLES), **said})
            for row in _rows(at(job, "parallel", "matrix"), "gitlab")
        )
    if rows:
        words = {**VARIABLES, **OF_A_JOB}
        yield Committed(line=rows[0].line, rows=tuple(rows), words=words)


def _rows(matrix: Node | None, service: str) -> Iterator[Table]:
    """Yield the rows of locks. Raises :class:`InputError` for more rows than any service makes jobs of."""
    items = matrix.items if isinstance(matrix, Sequence) else ()
    if len(items) > MAX_ROWS_READ:
        raise InputError(
            f"line {items[0].line}: a matrix of {len(items)} rows, and {MAX_ROWS_READ} are read",
            remedy="Split it, or write it with uplock uplift matrix.",
        )
    for row in items:
        if isinstance(row, Table) and any(key.text in MARKS[service] for key, _ in row.entries):
            yield row


def _fields(row: Table, words: Mapping[str, str]) -> dict[str, Node]:
    """Return the nodes of a row by our names; a list of one value is that value."""
    found = {}
    for name, word in words.items():
        node = row.get(word)
        if isinstance(node, Sequence) and len(node.items) == 1:
            node = node.items[0]
        if node is not None:
            found[name] = node
    return found
