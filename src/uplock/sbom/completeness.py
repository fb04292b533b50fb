"""How complete a document is about each package: what CycloneDX calls compositions.

Nothing is called complete that was not seen as a whole:

- *Dependencies* are those of the lock, which names all that the metadata of a package asks for on the target. They are
  ``complete`` of the project and of every package without native code; ``unknown`` of a package with native code, since
  what a program loads by itself (``dlopen``, ``ctypes``) no header tells, and of a package that nobody looked into.
  Whoever needs something that the lock does not hold has ``incomplete`` ones.
- *Contents* are ``incomplete`` of a package with native code: compilers link parts of their own into every file, and
  code that is linked in can be without any trace. So they are if an SBOM inside the wheel or a native file
  could not be read. Of all others they are ``unknown``: copies of Python packages inside a package are not looked for,
  and of a source distribution only building it would tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from uplock.model.lock import Lock, LockedPackage
from uplock.model.results import ArtifactResults
from uplock.sbom.parts import Component
from uplock.sbom.sections.values import Aggregate, Composition


def compositions(
    lock: Lock, root: str, packages: Mapping[str, Component], results: Mapping[str, ArtifactResults]
) -> tuple[Composition, ...]:
    """Return what is said about all packages and about the project, whose reference is ``root``: one for each kind."""
    known = frozenset(each.name for each in lock.packages)
    needs: dict[Aggregate, list[str]] = {}
    contents: dict[Aggregate, list[str]] = {}
    for each in lock.packages:
        part = packages[each.name]
        needs.setdefault(_needs(each, part, results.get(each.name), known), []).append(part.ref)
        contents.setdefault(_contents(part, results.get(each.name)), []).append(part.ref)
    needs.setdefault("incomplete" if "incomplete" in needs else "complete", []).insert(0, root)
    return tuple(_compositions(needs, contents))


def _compositions(
    needs: Mapping[Aggregate, list[str]], contents: Mapping[Aggregate, list[str]]
) -> Iterator[Composition]:
    order: tuple[Aggregate, ...] = ("complete", "incomplete", "unknown")
    for aggregate in order:
        if aggregate in needs:
            yield Composition(aggregate=aggregate, dependencies=tuple(needs[aggregate]))
    for aggregate in order:
        if aggregate in contents:
            yield Composition(aggregate=aggregate, assemblies=tuple(contents[aggregate]))


def _needs(
    package: LockedPackage, part: Component, results: ArtifactResults | None, known: frozenset[str]
) -> Aggregate:
    if not known.issuperset(package.dependencies):
        return "incomplete"
    unseen = results is None or package.is_sdist or _is_native(part, results)
    return "unknown" if unseen else "complete"


def _contents(part: Component, results: ArtifactResults | None) -> Aggregate:
    return "incomplete" if results is not None and _is_native(part, results) else "unknown"


def _is_native(part: Component, results: ArtifactResults) -> bool:
    profile = results.native
    unread = any(each.reason is not None for each in profile.declared)
    return bool(profile.members or profile.skipped or unread or part.components)
