"""What a document inside a wheel (PEP 770) says of one component, made fit for a document of ours.

Everything here comes from the wheel: texts are cleaned, and of a package URL (purl-spec) only what names the package
stays. Where it was built or downloaded is left out unless it is a plain address on the web.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from uplock.model.native_sbom import DeclaredComponent
from uplock.model.value import Value, changed
from uplock.sbom.clean import TEXT_LIMIT, Cleaner
from uplock.sbom.identifier import purl as generic_purl
from uplock.sbom.parts import Component, ComponentType, Hash, Scope

_PURL = "package URL in an embedded SBOM"
_DOWNLOAD = "download address in an embedded SBOM"
_TYPE = re.compile(r"[a-z][a-z0-9.-]{0,63}\Z")
_PLAIN = re.compile(r"[\w.+~^:@-]{1,256}\Z")
"""What names and versions of packages are made of; anything else is no identity that others would find."""
_KEPT = frozenset({"arch", "classifier", "distro", "epoch", "type"})
"""Qualifiers that tell one package from another, and no place."""
_LOWER = frozenset({"alpm", "apk", "bitbucket", "bitnami", "composer", "github", "gitlab", "hex", "npm", "oci", "pypi"})
"""Types whose names are in lower case."""
_FLAT = frozenset({"cargo", "pypi"})
"""Types that have no namespaces."""
_ALGORITHMS = {"SHA-256": 64, "SHA-512": 128}
"""The algorithms that we write, with the length of a digest in hexadecimal digits."""
_HEX = re.compile(r"[0-9a-f]+\Z")
_LIBRARIES = frozenset({"library", "framework", "source", "archive", "install", "unspecified"})
"""Types of CycloneDX and purposes of SPDX that we call a library."""


class Package(Value, frozen=True, kw_only=True):
    """What a package URL names, decoded; ``part`` if it is only a part of that package."""

    kind: str
    namespace: str
    name: str
    version: str | None
    qualifiers: str
    part: bool
    download: str | None = None
    """Where it says it was downloaded from: a plain address on the web."""

    @property
    def url(self) -> str:
        """The package URL, normalised."""
        place = f"{_quoted(self.namespace, '/')}/" if self.namespace else ""
        version = f"@{_quoted(self.version)}" if self.version else ""
        qualifiers = f"?{self.qualifiers}" if self.qualifiers else ""
        return f"pkg:{self.kind}/{place}{_quoted(self.name)}{version}{qualifiers}"


class Declared(Value, frozen=True, kw_only=True):
    """One declared component, clean."""

    kind: str
    """Type of its package URL; ``declared`` if it has none that names it."""
    namespace: str
    name: str
    version: str | None
    purl: str
    download: str | None = None

    @property
    def label(self) -> str:
        """How the document names it: the package URL, or name and version where there is none."""
        if self.kind == "declared":
            return f"{self.name} {self.version}" if self.version else self.name
        return self.purl


def declared_as(component: DeclaredComponent, clean: Cleaner) -> Declared:
    """Return the identity of a declared component.

    The target of a crate, such as its library, is the crate. Of other parts of packages, and where name or version
    contradict the package URL, the name counts and the URL is left out, since it names something else.
    """
    name = clean.name("declared name", component.name)
    version = clean.line("declared version", component.version)
    package = package_of(component.purl, clean)
    if package is not None and package.kind == "cargo" and package.part:
        name = package.name
    if package is not None and not _agrees(package, name, version):
        clean.note(_PURL, "names something else than its component, left out")
        package = None
    if package is None:
        return Declared(
            kind="declared", namespace="", name=name, version=version, purl=generic_purl("generic", name, version)
        )
    whole = changed(package, version=package.version or version)
    return Declared(
        kind=whole.kind,
        namespace=whole.namespace,
        name=name if whole.kind == "pypi" else whole.name,
        version=whole.version,
        purl=whole.url,
        download=whole.download,
    )


def package_of(text: str | None, clean: Cleaner) -> Package | None:
    """Return what a package URL names, or ``None`` if it is none that can be given on."""
    if text is None:
        return None
    found = _parsed(text, clean) if len(text) <= TEXT_LIMIT else None
    if found is None:
        clean.note(_PURL, "not valid, left out")
    return found


def declared_hashes(component: DeclaredComponent, clean: Cleaner) -> Iterator[Hash]:
    """Yield the digests that are of an algorithm that we write, and complete."""
    for algorithm, digits in component.hashes:
        spelled = re.sub(r"(?i)\Asha-?(256|512)\Z", r"SHA-\1", algorithm)
        if spelled not in _ALGORITHMS:
            clean.note("digest in an embedded SBOM", "neither SHA-256 nor SHA-512, left out")
        elif len(digits) != _ALGORITHMS[spelled] or not _HEX.match(digits):
            clean.note("digest in an embedded SBOM", "not a digest, left out")
        else:
            yield Hash(algorithm="SHA-256" if spelled == "SHA-256" else "SHA-512", content=digits)


def component_type(component: DeclaredComponent, clean: Cleaner) -> ComponentType:
    """Return the type of the component, among those that we write."""
    if component.type == "application":
        return "application"
    if component.type == "platform":
        return "platform"
    if component.type not in _LIBRARIES:
        clean.note("type of a component in an embedded SBOM", "given as library")
    return "library"


def stronger(one: Scope | None, other: Scope | None) -> Scope | None:
    """Return the scope that promises more, of two that documents give to the same component."""
    order: tuple[Scope, ...] = ("required", "optional", "excluded")
    return min(one or "required", other or "required", key=order.index)


def is_wheel(declared: Declared, wheel: Component, *, subject: bool) -> bool:
    """Whether a component is the wheel itself: by its package URL, or as the ``subject`` of a document by its name."""
    if folded(declared.name) != folded(wheel.name):
        return False
    if subject:
        return declared.kind in {"pypi", "declared"}
    return declared.kind == "pypi" and declared.version in {None, wheel.version}


def folded(name: str) -> str:
    """Return the name of a Python package in its normalised form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _agrees(package: Package, name: str, version: str | None) -> bool:
    if package.part and package.kind != "cargo":
        return False
    same = folded(package.name) == folded(name) if package.kind == "pypi" else package.name == name
    return same and (package.version is None or version is None or package.version == version)


def _parsed(text: str, clean: Cleaner) -> Package | None:
    scheme, _, rest = text.strip().partition(":")
    rest, _, subpath = rest.partition("#")
    rest, _, query = rest.partition("?")
    path, mark, version = rest.rpartition("@")
    if not mark or "/" in version:
        path, version = rest, ""
    kind, _, names = path.strip("/").partition("/")
    kind = kind.lower()
    segments = [unquote(each) for each in names.split("/") if each]
    decoded = unquote(version)
    if scheme.lower() != "pkg" or not _TYPE.match(kind) or not segments or (kind in _FLAT and len(segments) > 1):
        return None
    if not all(_PLAIN.match(each) and each not in {".", ".."} for each in (*segments, *([decoded] if decoded else []))):
        return None
    if kind in _LOWER:
        segments = [each.lower() for each in segments]
    told = {key.lower(): unquote(value) for key, _, value in (each.partition("=") for each in query.split("&") if each)}
    kept = {key: value for key, value in told.items() if key in _KEPT and _PLAIN.match(value)}
    download = clean.url(_DOWNLOAD, told["download_url"]) if "download_url" in told else None
    if told.keys() - kept.keys() - {"download_url", "file_name"}:
        clean.note(_PURL, "qualifiers that may name a place left out")
    return Package(
        kind=kind,
        namespace="/".join(segments[:-1]),
        name=folded(segments[-1]) if kind == "pypi" else segments[-1],
        version=decoded or None,
        qualifiers="&".join(f"{key}={_quoted(value)}" for key, value in sorted(kept.items())),
        part=bool(subpath),
        download=download,
    )


def _quoted(text: str, safe: str = "") -> str:
    return quote(text, safe=f":{safe}")
