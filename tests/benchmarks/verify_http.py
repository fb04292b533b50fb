"""Verifying 200 attested files over HTTP on loopback: requests, connections, and what a second run costs.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/verify_http.py

Bounds: two requests for each file and none twice, at most four connections at once, and a second run that gets no
document sent again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from support.attestations import private_instance
from support.attested_index import attested_index
from support.http_index import HttpIndex
from support.index_client import http_for
from support.index_simulator import IndexSimulator
from uplock.archive.store import DirectoryStore
from uplock.attest.verify import SigstoreVerifier
from uplock.index.remote import RemoteIndex
from uplock.model.digest import sha256_of
from uplock.ports import ignore_events
from uplock.workflow.verify import Named, check_all

FILES = 200
LATENCY = 0.02
"""Seconds before every answer of the slow index: what a distant one takes."""


def wanted(index: IndexSimulator) -> list[Named]:
    """Return the artifacts of the index."""
    found = []
    for number in range(FILES):
        filename = f"p{number}-1.0-py3-none-any.whl"
        body = index.body(filename)
        assert body is not None, filename
        found.append(Named(f"p{number}", filename, sha256_of(body)))
    return found


def run(server: HttpIndex, store: DirectoryStore, artifacts: list[Named], verifier: SigstoreVerifier) -> float:
    """Verify everything with a client of its own; return the seconds that it took."""
    source = RemoteIndex(http_for(server.url), server.url, store)
    began = time.perf_counter()
    found = check_all(artifacts, source, verifier, ignore_events)
    ended = time.perf_counter()
    assert all(type(each.verification).__name__ == "Verified" for each in found)
    return ended - began


def measure(index: IndexSimulator, verifier: SigstoreVerifier, latency: float) -> None:
    """Print what two runs ask for, and how long the second takes against the first and against verifying alone."""
    artifacts = wanted(index)
    documents = [index.document(each.filename) or b"" for each in artifacts]
    began = time.perf_counter()
    for each, document in zip(artifacts, documents, strict=True):
        verifier.verify(each.filename, each.sha256, document, None)
    alone = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder, HttpIndex(index, etags=True) as server:
        if latency:
            server.slow(latency)
        store = DirectoryStore(Path(folder) / "cache", durable=False)
        first = run(server, store, artifacts, verifier)
        asked, made, peak = server.paths(), server.connections, server.peak
        second = run(server, store, artifacts, verifier)
        later = server.requests[len(asked) :]
        conditional = sum("if-none-match" in each.headers for each in later)
        print(f"index that answers after {latency * 1000:.0f} ms:")
        print(f"  first run: {len(asked)} requests, {len(set(asked))} different; {made} connections, {peak} at once")
        again = server.connections - made
        print(f"  second run: {len(later)} requests, {conditional} conditional; {again} connections")
        print(f"  first run / verifying alone: {first / alone:.2f}; second run / first run: {second / first:.2f}")


def main() -> int:
    """Measure a near index and a distant one."""
    index = attested_index(*(f"p{number}" for number in range(FILES)))
    verifier = SigstoreVerifier(private_instance().root())
    name = wanted(index)[0]
    verifier.verify(name.filename, name.sha256, index.document(name.filename) or b"", None)
    for latency in (0.0, LATENCY):
        measure(index, verifier, latency)
    return 0


if __name__ == "__main__":
    sys.exit(main())
