"""Media types of Sigstore bundles (``sigstore_bundle.proto``), by where they have the signing certificate."""

from __future__ import annotations

_BUNDLE = "application/vnd.dev.sigstore.bundle"

WITH_CHAIN = frozenset({f"{_BUNDLE}+json;version=0.1", f"{_BUNDLE}+json;version=0.2"})
"""It is the first of a chain."""
WITH_CERTIFICATE = frozenset({f"{_BUNDLE}+json;version=0.3", f"{_BUNDLE}.v0.3+json"})
"""It stands alone."""
