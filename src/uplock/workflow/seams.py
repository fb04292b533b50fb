"""What a use case is given: the adapters of one run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from uplock.model.digest import Sha256
from uplock.model.identity import TrustedRoot
from uplock.ports import Archive, Index, OnEvent, ProvenanceSource, Resolver, Store, Verifier
from uplock.workflow.lock import ServeIndex


class Closing(Resolver, Protocol):
    """A resolver that holds something until it is closed."""

    def close(self) -> None:
        """Let go of it."""


class Seams:
    """The adapters of one run. Those that cost something to make are made when first needed."""

    def __init__(  # noqa: PLR0913 - one argument per seam
        self,
        *,
        archive: Archive,
        cache: Store,
        index: Index,
        index_name: str,
        index_from: str,
        notes: tuple[str, ...],
        resolver: Callable[[str], Closing],
        serve: ServeIndex,
        provenance: Callable[[Sha256], tuple[ProvenanceSource, Sha256]],
        verifier: Callable[[], Verifier],
        verifier_id: tuple[str, Sha256],
        trusted_root: TrustedRoot,
        root_bytes: Callable[[], bytes],
        on_event: OnEvent,
    ) -> None:
        """``resolver`` makes one by name, ``uv`` or ``pip-tools``.

        ``provenance`` maps a view to the source to ask and to the digest of what that source is. ``root_bytes``
        gives the trusted root itself: it is archived, so that outcomes can be reproduced.
        """
        self.archive = archive
        self.cache = cache
        self.index = index
        self.index_name = index_name
        self.index_from = index_from
        self.notes = notes
        self.resolver = resolver
        self.serve = serve
        self.provenance = provenance
        self.verifier = verifier
        self.verifier_id = verifier_id
        self.trusted_root = trusted_root
        self.root_bytes = root_bytes
        self.on_event = on_event
