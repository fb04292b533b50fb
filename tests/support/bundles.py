"""The cases of the Sigstore conformance suite, and what sigstore itself says of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from uplock.attest.bundle import CertificateIdentity, verify_bundle
from uplock.attest.bundle_key import PublicKey, load_key
from uplock.attest.roots import embedded_root
from uplock.model.bundle_outcome import BundleVerification
from uplock.model.digest import Sha256, sha256_of

FOLDER = Path(__file__).parents[2] / "fixtures" / "conformance"

_REPOSITORY = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon"
IDENTITY = f"{_REPOSITORY}/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"
ISSUER = "https://token.actions.githubusercontent.com"
"""Who signed, where a case does not say it."""


class Case:
    """One folder of the suite, as its README describes them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.place = FOLDER / name

    @property
    def good(self) -> bool:
        """Whether it must be accepted."""
        return not self.name.endswith("_fail")

    @property
    def bundle(self) -> Path:
        return self.place / "bundle.sigstore.json"

    @property
    def artifact(self) -> Path:
        return self._own("artifact") or FOLDER / "a.txt"

    @property
    def sha256(self) -> Sha256:
        return sha256_of(self.artifact.read_bytes())

    @property
    def key(self) -> Path | None:
        return self._own("key.pub")

    @property
    def identity(self) -> str:
        return self._text("identity") or IDENTITY

    @property
    def issuer(self) -> str:
        return self._text("issuer") or ISSUER

    @property
    def root_file(self) -> Path | None:
        return self._own("trusted_root.json")

    def root(self) -> bytes:
        """Return the trusted root that it is verified under."""
        return _production() if self.root_file is None else self.root_file.read_bytes()

    def signer(self) -> CertificateIdentity | PublicKey:
        """Return who must have signed. Raises :class:`InputError` if that is no usable key."""
        if self.key is not None:
            return load_key(self.key.read_bytes())
        return CertificateIdentity(name=self.identity, issuer=self.issuer)

    def verified(self) -> BundleVerification:
        """Return what uplock answers. Raises :class:`InputError`."""
        return verify_bundle(self.bundle.read_bytes(), self.sha256, self.signer(), self.root())

    def arguments(self) -> list[str]:
        """Return the options of the command line, as the protocol of the suite has them, without the input."""
        who = ["--certificate-identity", self.identity, "--certificate-oidc-issuer", self.issuer]
        if self.key is not None:
            who = ["--key", str(self.key)]
        root = [] if self.root_file is None else ["--trusted-root", str(self.root_file)]
        return ["--bundle", str(self.bundle), *who, *root]

    def _own(self, name: str) -> Path | None:
        path = self.place / name
        return path if path.exists() else None

    def _text(self, name: str) -> str | None:
        path = self._own(name)
        return None if path is None else path.read_text(encoding="utf-8").strip()


@cache
def _production() -> bytes:
    return embedded_root("production")


@cache
def cases() -> tuple[Case, ...]:
    """Return every case, by name."""
    return tuple(Case(path.name) for path in sorted(FOLDER.iterdir()) if path.is_dir())


def sigstore_accepts(bundle: bytes, sha256: Sha256, signer: CertificateIdentity | PublicKey, root: bytes) -> bool:
    """Whether sigstore's own API accepts a bundle, asked as its command line asks. It knows no plain keys."""
    from pydantic import ValidationError
    from sigstore.dsse import Statement
    from sigstore.errors import Error
    from sigstore.hashes import Hashed
    from sigstore.models import Bundle, TrustedRoot
    from sigstore.verify import Verifier
    from sigstore.verify.policy import Identity
    from sigstore_models.common.v1 import HashAlgorithm
    from sigstore_models.trustroot.v1 import TrustedRoot as Inner

    if isinstance(signer, PublicKey):
        return False
    hashed = Hashed(algorithm=HashAlgorithm.SHA2_256, digest=bytes.fromhex(sha256))
    policy = Identity(identity=signer.name, issuer=signer.issuer)
    try:
        verifier = Verifier(trusted_root=TrustedRoot(Inner.from_json(root)))
        read = Bundle.from_json(bundle)
        if '"dsseEnvelope"' not in read.to_json():
            verifier.verify_artifact(hashed, read, policy)
            return True
        payload_type, payload = verifier.verify_dsse(read, policy)
        return payload_type == "application/vnd.in-toto+json" and Statement(payload)._matches_digest(hashed)  # noqa: SLF001 - as its command line does
    except (Error, ValidationError):
        return False
