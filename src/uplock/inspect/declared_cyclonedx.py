"""CycloneDX JSON, versions 1.2 to 1.7, as far as it names components.

The pedigree of a component is left out on purpose: ancestors are where it came from, not what is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from uplock.errors import InputError
from uplock.inspect.boundedjson import Object, object_of, objects_in, text_in
from uplock.inspect.declaration import Declaration, distinct, hashes_of, merged
from uplock.model.native_sbom import DeclaredComponent, Scope

VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")

_SCOPES: dict[str, Scope] = {"required": "required", "optional": "optional", "excluded": "excluded"}


def read_cyclonedx(document: Object, source: str) -> Declaration:
    """Return what a document says. Raises :class:`InputError` if it does not keep to the format."""
    version = text_in(document, "specVersion")
    if version not in VERSIONS:
        raise InputError(f"is CycloneDX {version!a}, and {VERSIONS[0]} to {VERSIONS[-1]} are read")
    metadata = object_of(document.get("metadata") or {}, "metadata")
    raw_subject = metadata.get("component")
    about = None if raw_subject is None else object_of(raw_subject, "metadata.component")
    subject = None if about is None else _component(about, source)
    parts = () if about is None else _nested(about)
    found = merged(_component(raw, source) for raw in (*parts, *_nested(document)))
    return Declaration(
        format="CycloneDX",
        version=version,
        subject=subject,
        components=tuple(each for each in found if subject is None or not _same(each, subject)),
    )


def _nested(holder: Object) -> Iterator[Object]:
    """Yield the components of ``holder``, each before those that it holds itself."""
    waiting = [objects_in(holder, "components")]
    while waiting:
        raw = next(waiting[-1], None)
        if raw is None:
            waiting.pop()
        else:
            yield raw
            waiting.append(objects_in(raw, "components"))


def _component(raw: Object, source: str) -> DeclaredComponent:
    name = text_in(raw, "name")
    if name is None:
        raise InputError("names a component without a name")
    scope = _SCOPES.get(text_in(raw, "scope") or "required")
    if scope is None:
        raise InputError("has a component of unknown scope")
    ref = text_in(raw, "bom-ref")
    return DeclaredComponent(
        name=name,
        version=text_in(raw, "version"),
        purl=text_in(raw, "purl"),
        type=(text_in(raw, "type") or "unspecified").lower(),
        scope=scope,
        source=source,
        refs=() if ref is None else (ref,),
        hashes=hashes_of(objects_in(raw, "hashes"), "alg", "content"),
        licenses=distinct(_license(each) for each in objects_in(raw, "licenses")),
        supplier=_supplier(raw),
    )


def _license(raw: Object) -> str | None:
    """Return one choice of ``licenses``: an expression, an identifier or a name."""
    expression = text_in(raw, "expression")
    if expression is not None:
        return expression
    license_ = object_of(raw.get("license") or {}, "license")
    return text_in(license_, "id") or text_in(license_, "name")


def _supplier(raw: Object) -> str | None:
    """Return who supplies a component; ``author`` is how versions before 1.6 name its maker."""
    for role in ("supplier", "manufacturer"):
        name = text_in(object_of(raw.get(role) or {}, role), "name")
        if name is not None:
            return name
    return text_in(raw, "author")


def _same(component: DeclaredComponent, subject: DeclaredComponent) -> bool:
    """Whether a component is the subject once more, as auditwheel writes it."""
    return bool(set(component.refs) & set(subject.refs)) and component.name == subject.name
