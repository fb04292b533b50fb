"""What the readers of all formats make of a document."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from uplock.errors import InputError
from uplock.inspect.boundedjson import MAX_TEXT, Object, text_in
from uplock.model.native_sbom import DeclaredComponent, Scope
from uplock.model.value import Value, changed

MAX_COMPONENTS = 50_000
"""Components of one document."""
MAX_HASHES = 32
"""Hashes that are kept of one component."""
MAX_LICENSES = 32
"""Licenses that are kept of one component."""
UNKNOWN = frozenset({"NOASSERTION", "NONE"})
"""Values of SPDX that tell nothing."""

_STRENGTH: tuple[Scope, ...] = ("required", "optional", "excluded")


class Declaration(Value, frozen=True, kw_only=True):
    """The content of one document."""

    format: Literal["CycloneDX", "SPDX"]
    version: str
    subject: DeclaredComponent | None = None
    components: tuple[DeclaredComponent, ...] = ()


class Scopes:
    """What the relationships of an SPDX document say about its packages: the strongest claim counts."""

    def __init__(self) -> None:
        self._by_ref: dict[str, Scope] = {}

    def add(self, ref: str, scope: Scope) -> None:
        """Take in one claim about the package of this reference."""
        known = self._by_ref.get(ref, scope)
        self._by_ref[ref] = min(known, scope, key=_STRENGTH.index)

    def of(self, ref: str) -> Scope:
        """Return the scope of a package; one without a claim is part of what the document describes."""
        return self._by_ref.get(ref, "required")


def assembled(
    *, version: str, packages: Iterable[DeclaredComponent], scopes: Scopes, described: Collection[str]
) -> Declaration:
    """Return an SPDX document's content; it has a subject if it describes exactly one package."""
    scoped = [changed(package, scope=scopes.of(package.refs[0])) for package in _counted(packages)]
    subjects = [package for package in scoped if package.refs[0] in described]
    subject = subjects[0] if len(subjects) == 1 else None
    return Declaration(
        format="SPDX",
        version=version,
        subject=subject,
        components=merged(package for package in scoped if package is not subject),
    )


def merged(components: Iterable[DeclaredComponent]) -> tuple[DeclaredComponent, ...]:
    """Return the components in their order, those that differ in references, licenses and supplier only as one.

    It has all their references and licenses, and the supplier if all that name one agree. Raises :class:`InputError`
    for more than :data:`MAX_COMPONENTS`.
    """
    alike: dict[DeclaredComponent, list[DeclaredComponent]] = {}
    for component in _counted(components):
        alike.setdefault(changed(component, refs=(), licenses=(), supplier=None), []).append(component)
    return tuple(each[0] if len(each) == 1 else _one_of(each) for each in alike.values())


def _one_of(alike: list[DeclaredComponent]) -> DeclaredComponent:
    suppliers = {each.supplier for each in alike if each.supplier is not None}
    return changed(
        alike[0],
        refs=tuple(dict.fromkeys(ref for each in alike for ref in each.refs)),
        licenses=distinct(text for each in alike for text in each.licenses),
        supplier=suppliers.pop() if len(suppliers) == 1 else None,
    )


def distinct(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Return the licenses that are told, each once and in their order, at most :data:`MAX_LICENSES`.

    One as long as :data:`MAX_TEXT` was cut, and half an expression may be another license: it is left out.
    """
    told = dict.fromkeys(text for text in texts if text is not None and text not in UNKNOWN and len(text) < MAX_TEXT)
    return tuple(told)[:MAX_LICENSES]


def _counted(components: Iterable[DeclaredComponent]) -> Iterator[DeclaredComponent]:
    for count, component in enumerate(components, 1):
        if count > MAX_COMPONENTS:
            raise InputError(f"has more than {MAX_COMPONENTS} components")
        yield component


def hashes_of(raw_hashes: Iterable[Object], algorithm: str, digits: str) -> tuple[tuple[str, str], ...]:
    """Return the hashes of a component by the two keys that the format has for them, sorted."""
    pairs = {
        (name, value.lower())
        for raw in raw_hashes
        if (name := text_in(raw, algorithm)) is not None and (value := text_in(raw, digits)) is not None
    }
    return tuple(sorted(pairs)[:MAX_HASHES])
