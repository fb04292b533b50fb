"""``uplock vault`` for people."""

from __future__ import annotations

from uplock.model.vault_outcome import VaultAddResult
from uplock.report.text import count, join, plain


def vault_add_text(result: VaultAddResult) -> str:
    """Render ``uplock vault add``."""
    added = sum(1 for each in result.files if each.added)
    size = sum(each.size for each in result.files)
    documents = sum(1 for each in result.files if each.provenance is not None)
    lines = [
        f"uplock vault add · {plain(result.project)} · generation {result.generation}",
        *(
            plain(f"  {'added' if each.added else 'kept '}  {each.filename}  sha256 {each.sha256}")
            for each in result.files
        ),
    ]
    total = f"{count(len(result.files), 'file')} of {size} bytes kept, {added} added now"
    root = result.trusted_root or "not archived"
    return join([*lines, f"{total}; {count(documents, 'provenance document')}; trusted root {root}"])
