"""The components that a wheel's own SBOMs (PEP 770) name, merged with the libraries that were found in it.

A declared component that is the same as one that was found adds to that one's evidence; any other becomes a component
inside the wheel. Both name the document in a method of their identity: technique ``manifest-analysis``, and as value
the document's path inside the wheel, so that it can be counted who is missing. What is only declared occurs in the
document (context ``declared``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from uplock.inspect.packages import family_of, meaning, versions_agree
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument
from uplock.model.value import changed
from uplock.sbom.clean import Cleaner
from uplock.sbom.declared import Declared, component_type, declared_as, declared_hashes, is_wheel, stronger
from uplock.sbom.identifier import within
from uplock.sbom.licensing import declared_licenses
from uplock.sbom.parts import (
    Component,
    ComponentType,
    Hash,
    Identity,
    License,
    Method,
    NamedLicense,
    Occurrence,
    Organization,
    Reference,
    Scope,
    SpdxExpression,
)
from uplock.sbom.people import stated_supplier
from uplock.sbom.vocabulary import Term

MAX_MERGED = 4096
"""Components of one wheel that are only declared. The largest seen is uv with 570."""
MAX_SOURCES = 64
"""Documents, names and digests that are given of one component."""
DECLARED = "declared"
"""Context of an occurrence in a document that names the component."""
CONFIDENCE = "0.7"
"""Of what a document says about binaries: as of the method ``sbom`` of :mod:`uplock.sbom.native`."""

T = TypeVar("T")
_Key = tuple[str, str, str, str]


def merged_components(
    wheel: Component, found: Sequence[Component], documents: Iterable[DeclaredDocument], clean: Cleaner
) -> tuple[Component, ...]:
    """Return the components inside a wheel: ``found`` in their order with what is declared of them, then the others.

    Linear in the number of declared components. What is over :data:`MAX_MERGED` is left out and noted.
    """
    known, own = _Found(found), _Own()
    told: dict[str, _Told] = {}
    for component, declared in _declared(wheel, documents, clean):
        same = known.same_as(component, declared)
        about = own.about(declared, component, clean) if same is None else told.setdefault(same.ref, _Told())
        if about is not None:
            about.add(component, declared, clean)
    taken = dict.fromkeys((each.ref for each in found), 1)
    return (
        *(told[each.ref].on(each, clean) if each.ref in told else each for each in found),
        *own.components(wheel.ref, taken, clean),
    )


def _declared(
    wheel: Component, documents: Iterable[DeclaredDocument], clean: Cleaner
) -> Iterator[tuple[DeclaredComponent, Declared]]:
    """Yield what documents name, the wheel itself left out."""
    for document in documents:
        subject = () if document.subject is None else (document.subject,)
        for component in (*subject, *document.components):
            declared = declared_as(component, clean)
            if not is_wheel(declared, wheel, subject=component is document.subject):
                yield component, declared


class _Found:
    """The libraries that were found in a wheel, by what declarations call them."""

    def __init__(self, found: Iterable[Component]) -> None:
        self._crates: dict[tuple[str, str | None], Component] = {}
        self._projects: dict[str, list[Component]] = {}
        self._families: dict[str, list[Component]] = {}
        for each in found:
            if (each.purl or "").startswith("pkg:cargo/"):
                self._crates[each.name, each.version] = each
            else:
                project = each.name.casefold()
                self._projects.setdefault(project, []).append(each)
                self._families.setdefault(family_of(project), []).append(each)

    def same_as(self, component: DeclaredComponent, declared: Declared) -> Component | None:
        """Return what a declared component is: the crate of that name and version, or the project in that version.

        The names are compared as those of :attr:`NativeProfile.differences
        <uplock.model.native.NativeProfile.differences>` are. A version contradicts none; without one, there must be
        one candidate only.
        """
        if declared.kind == "cargo":
            return self._crates.get((declared.name, declared.version))
        meant = None if component.scope == "excluded" else meaning(component)
        if meant is None or meant.kind == "crate":
            return None
        near = [each for project in meant.projects for each in self._projects.get(project.casefold(), ())]
        near = near or [each for project in meant.projects for each in self._families.get(family_of(project), ())]
        if meant.version is None:
            return near[0] if len(near) == 1 else None
        agreeing = [each for each in near if each.version is not None and versions_agree(meant.version, each.version)]
        return min(agreeing, key=lambda each: (each.version != meant.version, each.ref), default=None)


class _Told:
    """What documents say about one component, in a fixed order."""

    def __init__(self) -> None:
        self._sources: dict[str, None] = {}
        self._labels: dict[str, None] = {}
        self._places: dict[str, None] = {}
        self._hashes: dict[Hash, None] = {}
        self._licenses: dict[str, None] = {}
        self._suppliers: dict[str, None] = {}

    def add(self, component: DeclaredComponent, declared: Declared, clean: Cleaner) -> None:
        """Take in one declaration."""
        if component.source not in self._sources and len(self._sources) >= MAX_SOURCES:
            clean.note("embedded SBOMs", f"only the first {MAX_SOURCES} that name a component")
            return
        self._sources[component.source] = None
        _extend(self._labels, (declared.label,), clean)
        _extend(self._places, (declared.download,) if declared.download else (), clean)
        _extend(self._hashes, declared_hashes(component, clean), clean)
        _extend(self._licenses, component.licenses, clean)
        _extend(self._suppliers, (component.supplier,) if component.supplier else (), clean)

    def on(self, part: Component, clean: Cleaner) -> Component:
        """Return a component with what is declared of it. What was found stays as it is."""
        methods = (*(part.identity.methods if part.identity else ()), *self.methods(clean))
        identity = part.identity or _identity(part.name, part.version)
        own = {part.purl, f"{part.name} {part.version}" if part.version else part.name}
        labels = [fact for label in self._labels if label not in own for fact in clean.facts(Term.DECLARED_AS, label)]
        return changed(
            part,
            identity=changed(identity, methods=tuple(dict.fromkeys(methods))),
            hashes=part.hashes or self.hashes(clean),
            licenses=tuple(_one_expression((*self.licenses(clean), *part.licenses))),
            supplier=part.supplier or self.supplier(clean),
            references=(*part.references, *self.references()),
            properties=(*part.properties, *labels),
        )

    def methods(self, clean: Cleaner) -> tuple[Method, ...]:
        """Return one method for each document."""
        return tuple(
            Method(technique="manifest-analysis", confidence=CONFIDENCE, value=clean.member("embedded SBOM", source))
            for source in self._sources
        )

    def occurrences(self, clean: Cleaner) -> tuple[Occurrence, ...]:
        """Return the documents as places."""
        return tuple(
            Occurrence(location=clean.member("embedded SBOM", source), context=DECLARED) for source in self._sources
        )

    def references(self) -> tuple[Reference, ...]:
        """Return where documents say that it was downloaded from."""
        return tuple(
            Reference(type="distribution", url=url, comment="as an embedded SBOM says") for url in self._places
        )

    def hashes(self, clean: Cleaner) -> tuple[Hash, ...]:
        """Return the digests, of each algorithm that all declarations agree on."""
        algorithms = [each.algorithm for each in self._hashes]
        if len(set(algorithms)) < len(algorithms):
            clean.note("digests in embedded SBOMs", "contradict each other, left out")
        return tuple(each for each in self._hashes if algorithms.count(each.algorithm) == 1)

    def licenses(self, clean: Cleaner) -> tuple[License, ...]:
        """Return the declared licenses."""
        return declared_licenses(self._licenses, clean)

    def supplier(self, clean: Cleaner) -> Organization | None:
        """Return the supplier, if all declarations that tell one tell the same."""
        found = {stated_supplier("supplier in an embedded SBOM", each, clean) for each in self._suppliers} - {None}
        if len(found) > 1:
            clean.note("suppliers in embedded SBOMs", "contradict each other, left out")
            return None
        return next(iter(found), None)


class _Own:
    """The components that are declared and were not found."""

    def __init__(self) -> None:
        self._parts: dict[_Key, tuple[Declared, ComponentType, Scope | None, _Told]] = {}

    def about(self, declared: Declared, component: DeclaredComponent, clean: Cleaner) -> _Told | None:
        """Return what is told about a component, to be added to; ``None`` of one that is over the bound."""
        key = (declared.kind, declared.namespace, declared.name, declared.version or "")
        if key not in self._parts and len(self._parts) >= MAX_MERGED:
            clean.note("embedded SBOMs", f"only the first {MAX_MERGED} components that they alone name")
            return None
        first, kind, scope, told = self._parts.get(
            key, (declared, component_type(component, clean), component.scope, _Told())
        )
        purl = min(first, declared, key=lambda each: each.purl)
        self._parts[key] = (purl, kind, stronger(scope, component.scope), told)
        return told

    def components(self, wheel: str, taken: dict[str, int], clean: Cleaner) -> Iterator[Component]:
        """Yield them sorted, each with a reference that is not ``taken`` yet."""
        for _, (declared, kind, scope, told) in sorted(self._parts.items(), key=lambda each: each[0]):
            place = f"{declared.namespace}/" if declared.namespace else ""
            ref = untaken(within(wheel, f"{declared.kind}:{place}{declared.name}", declared.version), taken)
            yield Component(
                ref=ref,
                type=kind,
                name=declared.name,
                version=declared.version,
                purl=declared.purl,
                scope=scope,
                hashes=told.hashes(clean),
                licenses=tuple(_one_expression(told.licenses(clean))),
                supplier=told.supplier(clean),
                references=told.references(),
                identity=changed(_identity(declared.name, declared.version), methods=told.methods(clean)),
                occurrences=told.occurrences(clean),
            )


def untaken(text: str, taken: dict[str, int]) -> str:
    """Return ``text``, with a number behind it if it is taken, and take it: names can be chosen so that they meet."""
    free = text
    while free in taken:
        taken[text] += 1
        free = f"{text}~{taken[text]}"
    taken[free] = 1
    return free


def _identity(name: str, version: str | None) -> Identity:
    return Identity(
        field="version" if version else "name", concluded=version or name, confidence=CONFIDENCE, methods=()
    )


def _one_expression(licenses: Iterable[License]) -> Iterator[License]:
    """Yield licenses with one expression at most, which is all that a list can hold; others go by their text."""
    first: SpdxExpression | None = None
    for each in licenses:
        if not isinstance(each, SpdxExpression):
            yield each
        elif first is None:
            first = each
            yield each
        elif each.expression != first.expression:
            yield NamedLicense(name=each.expression, acknowledgement=each.acknowledgement)


def _extend(values: dict[T, None], added: Iterable[T], clean: Cleaner) -> None:
    for each in added:
        if len(values) < MAX_SOURCES or each in values:
            values[each] = None
        else:
            clean.note("embedded SBOMs", f"only the first {MAX_SOURCES} names, digests and licenses of a component")
