"""A door to cyclonedx-python-lib: what is left of a document when that library has read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from uplock.sbom.checking.walk import shown

if TYPE_CHECKING:
    from cyclonedx.model.component import Component


class Loaded(NamedTuple):
    """What the library holds of a document."""

    components: tuple[str, ...]
    """The references of all components, of one without the name; what the document is about as well."""
    edges: frozenset[tuple[str, str]]


def load(tree: dict[str, Any]) -> Loaded | str:
    """Return what the library holds of a document in JSON, or why it refuses it."""
    import warnings

    from cyclonedx.model.bom import Bom

    reader: Any = Bom  # whose methods are made at run time
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bom = reader.from_json(tree)
    except Exception as error:  # noqa: BLE001 - it raises whatever its parts do on what they do not expect
        return f"{type(error).__name__}: {shown(str(error).partition(chr(10))[0])}"
    subject = () if bom.metadata.component is None else (bom.metadata.component,)
    edges = ((str(each.ref), str(other.ref)) for each in bom.dependencies for other in each.dependencies)
    return Loaded(tuple(_refs((*subject, *bom.components))), frozenset(edges))


def _refs(components: Iterable[Component]) -> Iterator[str]:
    for each in components:
        yield str(each.bom_ref.value or each.name)
        yield from _refs(each.components)
