"""What the official JSON schema objects to, at a cost in memory that is bounded whatever the document holds.

The validator copies the value that each of its errors is about: of a document that is wrong on many levels, the whole
document many times over. So it lists the errors of small documents only; of a large one it is asked about part after
part, and lists the errors of the parts that are wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from uplock.sbom.checking.walk import Place, Tree, components, spelled

MAX_COST = 16 * 1024 * 1024
"""Characters times levels of what the validator lists the errors of, which takes it about fifteen bytes for each."""
_VALUE = 8
"""Characters that any value counts for, besides its own."""
_HEAD = ("$schema", "bomFormat", "specVersion")
_SHOWN = 300
_TOO_LARGE = "is not what the schema asks for, and too large to say where"
_WHOLE = "document: the schema accepts every part, but not the whole: something stands twice that may stand once"


class Validator(Protocol):
    """The validator of one version of the specification."""

    def is_valid(self, instance: Any) -> bool:
        """Whether there is no error: cheap in memory."""

    def iter_errors(self, instance: Any) -> Iterable[Any]:
        """Return all errors."""


def schema_defects(tree: Tree, validator: Validator) -> Iterator[str]:
    """Yield the objections of the schema to a document that it does not accept, each as ``place: what is wrong``."""
    if _is_small(tree):
        yield from (_worded(error, None, 0) for error in validator.iter_errors(tree))
        return
    good = True
    for place, lead, part in _parts(tree):
        if validator.is_valid(part):
            continue
        good = False
        if _is_small(part):
            yield from (_worded(error, place, lead) for error in validator.iter_errors(part))
        else:
            yield f"{spelled(place)}: {_TOO_LARGE}"
    if good:
        yield _WHOLE


def _parts(tree: Tree) -> Iterator[tuple[Place, int, Tree]]:
    """Yield documents of one part each: the place of the part, how many steps lead to it, and the document."""
    head = {key: tree[key] for key in _HEAD if key in tree}
    yield None, 0, head
    for key, value in tree.items():
        if key in head or key == "components":
            continue
        if isinstance(value, list):
            for index, each in enumerate(value):
                yield ((None, key), index), 2, head | {key: [each]}
        elif key == "metadata" and isinstance(value, dict):
            yield (None, key), 1, head | {key: {name: each for name, each in value.items() if name != "component"}}
        else:
            yield (None, key), 1, head | {key: value}
    for place, component in components(tree):
        alone = {key: value for key, value in component.items() if key != "components"}
        yield place, 2, head | {"components": [alone]}
    for place, stray in _strays(tree):
        yield place, 2, head | {"components": [stray]}


def _strays(tree: Tree) -> Iterator[tuple[Place, Any]]:
    """Yield what stands among the components and is no object, or stands in their place."""
    holders: list[tuple[Place, Tree]] = [(None, tree), *components(tree)]
    for place, holder in holders:
        inside = holder.get("components", [])
        if isinstance(inside, list):
            yield from (
                (((place, "components"), index), each)
                for index, each in enumerate(inside)
                if not isinstance(each, dict)
            )
        else:
            yield (place, "components"), inside


def _is_small(tree: Any) -> bool:
    """Whether what the errors of a value may take is bounded."""
    size = depth = 0
    level = [tree]
    while level:
        depth += 1
        below: list[Any] = []
        for node in level:
            inside = node
            if isinstance(node, dict):
                size += sum(map(len, node))
                inside = node.values()
            size += _VALUE * len(inside)
            for each in inside:
                if isinstance(each, str):
                    size += len(each)
                elif isinstance(each, (dict, list)):
                    below.append(each)
        if size * depth > MAX_COST:
            return False
        level = below
    return True


def _worded(error: Any, place: Place, lead: int) -> str:
    """Return an error with its place, of which the first ``lead`` steps are those to the part that was asked about."""
    found = _innermost(error)
    for step in found.instance_path[lead:]:
        place = (place, step)
    return f"{spelled(place)}: {found.message[:_SHOWN]}"


def _innermost(error: Any) -> Any:
    """Return what says most about an error: of the alternatives that a value keeps to none of, what got furthest."""
    while alternatives := getattr(error.kind, "context", None):
        nearer = max((each for branch in alternatives for each in branch), key=_depth, default=error)
        if _depth(nearer) <= _depth(error):
            break
        error = nearer
    return error


def _depth(error: Any) -> int:
    return len(error.instance_path)
