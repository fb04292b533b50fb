"""Which component of one document is which of the other, whatever their order and references.

Components of one package URL without version and qualifiers belong together, then those of one type, group and name.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from uplock.sbom.difference.part import Part
from uplock.sbom.difference.versions import rank, same_version

Pair = tuple[Part | None, Part | None]
Both = tuple[list[Part], list[Part]]


def paired(before: Iterable[Part], after: Iterable[Part]) -> Iterator[Pair]:
    """Yield every component once, beside its counterpart if it has one."""
    left: Both = ([], [])
    for group in _grouped(before, after, lambda part: part.package or part.named):
        yield from _matched(group, left)
    for group in _grouped(*left, lambda part: part.named):
        alone: Both = ([], [])
        yield from _matched(group, alone)
        yield from ((part, None) for part in alone[0])
        yield from ((None, part) for part in alone[1])


def _grouped(before: Iterable[Part], after: Iterable[Part], key: Callable[[Part], Hashable]) -> Iterable[Both]:
    groups: dict[Hashable, Both] = {}
    for index, side in enumerate((before, after)):
        for part in side:
            groups.setdefault(key(part), ([], []))[index].append(part)
    return groups.values()


def _matched(group: Both, left: Both) -> Iterator[Pair]:
    """Yield the pairs of one package, and put what stays alone to ``left``.

    There may be several versions of it. Equal ones belong together first, then those of one version and file, then
    those of one version. The rest is paired from the highest versions down.
    """
    one, other = group
    if len(one) == len(other) == 1:
        yield one[0], other[0]
        return
    for key in _LIKENESS:
        if one and other:
            pairs, one, other = _alike(one, other, key)
            yield from pairs
    one, other = (sorted(side, key=_height, reverse=True) for side in (one, other))
    yield from zip(one, other, strict=False)
    many = min(len(one), len(other))
    left[0].extend(one[many:])
    left[1].extend(other[many:])


_LIKENESS: tuple[Callable[[Part], Hashable], ...] = (
    lambda part: part.digest,
    lambda part: (same_version(part.version), part.facts.get("file"), part.facts.get("hash")),
    lambda part: (same_version(part.version), part.facts.get("file")),
    lambda part: same_version(part.version),
)


def _height(part: Part) -> tuple[object, ...]:
    return (*rank(part.version), *_content(part))


def _content(part: Part) -> tuple[str, ...]:
    return part.digest, part.name, part.label


def _alike(
    one: Sequence[Part], other: Sequence[Part], key: Callable[[Part], Hashable]
) -> tuple[list[tuple[Part, Part]], list[Part], list[Part]]:
    """Return the pairs that are alike by ``key``, and what is left of both sides."""
    waiting: dict[Hashable, list[Part]] = {}
    for part in sorted(other, key=_content, reverse=True):
        waiting.setdefault(key(part), []).append(part)
    pairs, alone = [], []
    for part in sorted(one, key=_content):
        if same := waiting.get(key(part)):
            pairs.append((part, same.pop()))
        else:
            alone.append(part)
    return pairs, alone, [part for each in waiting.values() for part in each]
