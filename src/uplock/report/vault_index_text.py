"""``uplock vault index`` for people."""

from __future__ import annotations

from uplock.model.vault_index_outcome import VaultIndexResult
from uplock.report.text import count, join, plain


def vault_index_text(result: VaultIndexResult) -> str:
    """Render ``uplock vault index``."""
    documents = sum(1 for each in result.files if each.provenance is not None)
    size = sum(each.size for each in result.files)
    state = f"{result.written} written, {result.removed} removed" if result.written or result.removed else "unchanged"
    lines = [
        f"uplock vault index · {plain(result.directory)}",
        *(f"generation {each}" for each in result.generations),
        *(plain(f"  {each.filename}  sha256 {each.sha256}") for each in result.files),
    ]
    held = f"{count(result.projects, 'project')}, {count(len(result.files), 'file')} of {size} bytes"
    return join([*lines, f"{held}, {count(documents, 'provenance document')}; {state}"])
