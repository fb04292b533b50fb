"""A package URL (purl specification) names the same thing as its component.

Other producers split names differently: what purl calls the namespace may be the group of a component, or the first
part of its name, or left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from uplock.sbom.checking.walk import Place, Tree, shown, spelled

_PURL = re.compile(
    r"pkg:/*(?P<type>[A-Za-z][A-Za-z0-9.+-]*)/(?:(?P<namespace>[^@?#]*|[^?#]*(?=/))/)?(?P<name>[^/@?#]+)"
    r"(?:@(?P<version>[^?#]*))?(?:\?(?P<qualifiers>[^#]*))?(?:\#.*)?\Z",
    re.DOTALL,
)
_RUN = re.compile(r"[-_.]+")


def purl_defects(place: Place, component: Tree) -> Iterator[str]:
    """Yield where the package URL of a component is none, or has another name or version."""
    purl = component.get("purl")
    if not isinstance(purl, str):
        return
    for message in _contradictions(purl, component):
        yield f"{spelled((place, 'purl'))}: {shown(purl)} {message}"


def _contradictions(purl: str, component: Tree) -> Iterator[str]:
    match = _PURL.match(purl)
    if match is None:
        yield "is no package URL"
        return
    kind = match["type"].lower()
    name, namespace = unquote(match["name"]), unquote(match["namespace"] or "").strip("/")
    if _folded(str(component.get("name", "")), kind) not in _names(name, namespace, kind):
        yield f"has another name than the component, {shown(component.get('name'))}"
    group = component.get("group")
    if group and namespace and isinstance(group, str) and _folded(group, kind) != _folded(namespace, kind):
        yield f"has another namespace than the group of the component, {shown(group)}"
    version = str(component.get("version", ""))
    if version not in _versions(unquote(match["version"] or ""), match["qualifiers"] or "", kind):
        yield f"has another version than the component, {shown(version or 'none')}"


def _names(name: str, namespace: str, kind: str) -> set[str]:
    """Return all that a component of this package URL may be called."""
    named = {name}
    if namespace:
        named |= {f"{namespace}/{name}", f"{namespace}:{name}", f"{namespace}.{name}"}
    return {_folded(each, kind) for each in named}


def _versions(version: str, qualifiers: str, kind: str) -> set[str]:
    """Return all that the version of such a component may be: an epoch stands apart in RPM, Go puts a v before."""
    versions = {version}
    if "epoch=" in qualifiers:
        epoch = next((each[6:] for each in qualifiers.split("&") if each.startswith("epoch=")), "0")
        versions.add(f"{epoch}:{version}")
    if kind == "golang":
        versions |= {version.removeprefix("v"), f"v{version}"}
    return versions


def _folded(name: str, kind: str) -> str:
    """Return a name for comparing: normalised (PEP 503) for Python, else without regard to case."""
    return _RUN.sub("-", name).lower() if kind == "pypi" else name.lower()
