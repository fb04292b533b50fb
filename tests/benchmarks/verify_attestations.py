"""Full verification of a PEP 740 document against sigstore's bare ``verify_dsse``, in the same run.

.venv/bin/python tests/benchmarks/verify_attestations.py
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from pypi_attestations import Attestation, Provenance
from sigstore.models import TrustedRoot
from sigstore.verify import Verifier
from sigstore.verify.policy import OIDCIssuer

from uplock.attest.roots import embedded_root
from uplock.attest.verify import SigstoreVerifier
from uplock.model.digest import Sha256

NAME = "abi3info-2024.10.8-py3-none-any.whl"
DIGEST = Sha256("b0236c6707783f93971274101e119055192cef0925f5b7cebdad03c69dc5a499")
DOCUMENT = Path(__file__).resolve().parents[2] / "fixtures" / "attestations" / f"{NAME}.provenance"
ROUNDS = 200


def main() -> int:
    """Time both and print the ratio."""
    raw = DOCUMENT.read_bytes()
    ours = SigstoreVerifier(embedded_root("production"))
    with tempfile.NamedTemporaryFile() as root:
        root.write(embedded_root("production"))
        root.flush()
        theirs = Verifier(trusted_root=TrustedRoot.from_file(root.name))
    attestation: Attestation = Provenance.model_validate_json(raw).attestation_bundles[0].attestations[0]
    bundle = attestation.to_bundle()
    policy = OIDCIssuer("https://token.actions.githubusercontent.com")
    ours.verify(NAME, DIGEST, raw, None)
    began = time.perf_counter()
    for _ in range(ROUNDS):
        theirs.verify_dsse(bundle, policy)
    between = time.perf_counter()
    for _ in range(ROUNDS):
        ours.verify(NAME, DIGEST, raw, None)
    ended = time.perf_counter()
    print(f"whole verification / verify_dsse of a ready bundle: {(ended - between) / (between - began):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
