"""Whatever documents say: one differs from itself in nothing, order is nothing, and direction is a mirror."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from support.sbom_differences import Tree, diff
from uplock.model.sbom_diff_outcome import SbomComponentChange, SbomDiffResult
from uplock.model.value import changed, encode
from uplock.sbom.difference.alarms import alarms_of

WORDS = st.sampled_from(["", "a", "b", "A_b", "1.0", "1.0.0", "2", "odd", "verified", "invalid"])
PURLS = st.sampled_from(["pkg:pypi/a@1", "pkg:pypi/a@2?file_name=a.whl", "pkg:pypi/a@2?file_name=b.whl", "pkg:npm/b"])
REFS = st.sampled_from(["r1", "r2", "r3", "r4", "r5", "r6"])
DIGESTS = st.fixed_dictionaries({"alg": st.sampled_from(["SHA-256", "SHA-512"]), "content": st.sampled_from("12")})
PROPERTIES = st.fixed_dictionaries(
    {"name": st.sampled_from(["uplock:attestation", "uplock:yanked", "uplock:attestation:publisher"]), "value": WORDS}
)


def few(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[list[Any]]:
    return st.lists(strategy, max_size=most)


def component(inside: st.SearchStrategy[list[Tree]]) -> st.SearchStrategy[Tree]:
    """A component of few words, so that many are alike; now and then with something of a wrong type."""
    return st.fixed_dictionaries(
        {"type": st.sampled_from(["library", "platform"]), "name": st.sampled_from(["a", "b"])},
        optional={
            "version": WORDS | st.none(),
            "purl": PURLS,
            "hashes": few(DIGESTS) | st.integers(),
            "licenses": few(st.fixed_dictionaries({"expression": WORDS})),
            "properties": few(PROPERTIES),
            "components": inside,
        },
    )


def numbered(document: Tree, numbers: list[str]) -> Tree:
    """Give every component a reference, all different, whatever their order is to be."""
    ahead = list(document.get("components", ()))
    while ahead:
        each = ahead.pop()
        each["bom-ref"] = numbers.pop() if numbers else f"more{len(ahead)}"
        ahead += each.get("components", ())
    return document


DOCUMENTS = st.builds(
    numbered,
    st.fixed_dictionaries(
        {"components": few(component(few(component(st.just([])))), 4)},
        optional={
            "dependencies": few(st.fixed_dictionaries({"ref": REFS, "dependsOn": few(REFS, 4)}), 4),
            "metadata": st.fixed_dictionaries(
                {}, optional={"component": component(st.just([])), "properties": few(PROPERTIES)}
            ),
        },
    ),
    st.permutations(["r1", "r2", "r3", "r4", "r5", "r6"]),
)


def mirrored(result: SbomDiffResult) -> bytes:
    """Return a difference seen from the other side, in one order."""
    opposite = {"added": "removed", "removed": "added", "upgraded": "downgraded", "downgraded": "upgraded"}

    def side(change: SbomComponentChange) -> SbomComponentChange:
        found = changed(
            change,
            kind=opposite.get(change.kind, change.kind),
            before=change.after,
            after=change.before,
            facts=tuple(changed(each, before=each.after, after=each.before) for each in change.facts),
            inside=ordered(map(side, change.inside)),
        )
        return changed(found, alarms=alarms_of(found))

    edges = [changed(each, kind=opposite[each.kind]) for each in result.edges]
    return encode(
        changed(
            result,
            subject=None if result.subject is None else side(result.subject),
            metadata=tuple(changed(each, before=each.after, after=each.before) for each in result.metadata),
            components=ordered(map(side, result.components)),
            edges=tuple(sorted(edges, key=encode)),
        )
    )


def ordered(changes: Any) -> tuple[SbomComponentChange, ...]:
    return tuple(sorted(changes, key=encode))


def shuffled(node: Any, chance: random.Random) -> Any:
    """Return a tree with all its arrays in another order, and references that are called otherwise."""
    match node:
        case dict():
            return {key: shuffled(value, chance) for key, value in node.items()}
        case list():
            return chance.sample([shuffled(each, chance) for each in node], len(node))
        case str() if node[:1] == "r":
            return f"line-{node}"
        case _:
            return node


@given(DOCUMENTS)
def test_a_document_differs_from_itself_in_nothing(document: Tree) -> None:
    found = diff(document, document)
    assert found.equal
    assert found.unchanged == len(document["components"])


@given(DOCUMENTS, DOCUMENTS)
def test_the_other_direction_is_the_mirror_image(one: Tree, other: Tree) -> None:
    assert mirrored(mirror := diff(one, other)) == mirrored_twice(diff(other, one)), mirror


def mirrored_twice(result: SbomDiffResult) -> bytes:
    """Return a difference in the order of :func:`mirrored`, seen from its own side."""

    def side(change: SbomComponentChange) -> SbomComponentChange:
        return changed(change, inside=ordered(map(side, change.inside)))

    edges = tuple(sorted(result.edges, key=encode))
    return encode(
        changed(
            result,
            components=ordered(map(side, result.components)),
            edges=edges,
            subject=result.subject and side(result.subject),
        )
    )


@given(DOCUMENTS, DOCUMENTS, st.integers(0, 2**32))
def test_order_and_references_change_nothing(one: Tree, other: Tree, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - shuffles a test's documents
    assert encode(diff(shuffled(one, chance), shuffled(other, chance))) == encode(diff(one, other))
