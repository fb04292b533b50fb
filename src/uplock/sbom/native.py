"""Native code inside wheels: what is added to the component of a wheel.

The terms of it count, so that whatever a document has lost shows in the document alone:

- ``uplock:native:files`` is the number of native files of the wheel, which is the number of occurrences in the wheel
  and in what it contains that have none of the contexts :data:`NO_FILE`; their locations differ. A wheel without native
  code has none;
- ``uplock:native:libraries`` is the number of components in the wheel that were found in its files: those with an
  occurrence whose context is not :data:`DECLARED`. It stands beside the number of files, also if it is 0;
- ``uplock:embedded-sbom:components`` is, behind the path of a document in the wheel that was read, the number of
  components in the wheel with a method of identity whose technique is ``manifest-analysis`` and whose value is exactly
  that path.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from uplock.model.native import NativeProfile
from uplock.model.native_sbom import Difference
from uplock.model.need import Need
from uplock.model.value import changed
from uplock.sbom.clean import Cleaner
from uplock.sbom.libraries import SHARED, STATIC, NativeFiles
from uplock.sbom.merged import DECLARED, merged_components
from uplock.sbom.parts import Component, Property
from uplock.sbom.vocabulary import Term

NO_FILE = frozenset({STATIC, SHARED, DECLARED})
"""Contexts of occurrences that are no native file of their own."""
MAX_DIFFERENCES = 1024
"""Contradictions of one wheel that are told."""


def with_native(wheel: Component, profile: NativeProfile, needs: Sequence[Need], clean: Cleaner) -> Component:
    """Return the component of a wheel with the native code in it and what the wheel's own documents say of that.

    ``wheel`` has reference, name and version; ``needs`` is what the wheel needs from outside itself on the target.
    """
    files = NativeFiles(profile, clean)
    inside = merged_components(wheel, files.components(wheel.ref), profile.declared, clean)
    part = changed(wheel, occurrences=(*wheel.occurrences, *files.objects()), components=(*wheel.components, *inside))
    return changed(
        part,
        properties=(
            *part.properties,
            *_counts(part),
            *_code(profile, needs, clean),
            *_documents(part, profile, clean),
            *_differences(profile.differences, clean),
        ),
    )


def native_files(wheel: Component) -> int:
    """Return the number of native files that a component of a wheel tells."""
    return sum(each.context not in NO_FILE for part in (wheel, *wheel.components) for each in part.occurrences)


def _counts(wheel: Component) -> Iterator[Property]:
    if files := native_files(wheel):
        yield Term.NATIVE_FILES.of(str(files))
        found = sum(any(each.context != DECLARED for each in part.occurrences) for part in wheel.components)
        yield Term.NATIVE_LIBRARIES.of(str(found))


def _code(profile: NativeProfile, needs: Sequence[Need], clean: Cleaner) -> Iterator[Property]:
    stated = [
        (Term.NATIVE_GLIBC, profile.glibc),
        (Term.NATIVE_GLIBC_CLAIMED, profile.glibc_claimed),
        *((Term.NATIVE_SYSTEM, each.soname) for each in needs if each.provider is None),
        *((Term.NATIVE_PROVIDED, f"{each.soname} {each.provider}") for each in needs if each.provider is not None),
        *((Term.NATIVE_SKIPPED, member) for member in profile.skipped),
    ]
    for term, value in stated:
        yield from clean.facts(term, value)


def _documents(wheel: Component, profile: NativeProfile, clean: Cleaner) -> Iterator[Property]:
    named = Counter(
        value
        for part in wheel.components
        if part.identity is not None
        for value in {each.value for each in part.identity.methods if each.technique == "manifest-analysis"}
    )
    for each in profile.declared:
        path = clean.member("embedded SBOM", each.path)
        yield from clean.facts(Term.EMBEDDED_SBOM, f"{path} sha256:{each.sha256 or 'unknown'}")
        if each.reason is None:
            yield from clean.facts(Term.EMBEDDED_COMPONENTS, f"{path} {named[path]}")
        else:
            yield from clean.facts(Term.EMBEDDED_UNREAD, f"{path} {each.reason}")


def _differences(found: Sequence[Difference], clean: Cleaner) -> Iterator[Property]:
    if len(found) > MAX_DIFFERENCES:
        clean.note("contradictions between embedded SBOMs and binaries", f"only the first {MAX_DIFFERENCES}")
    for each in found[:MAX_DIFFERENCES]:
        name = f"cargo:{each.name}" if each.ecosystem == "cargo" else each.name
        yield from clean.facts(Term.NATIVE_DIFFERENCE, f"{each.kind} {name}: {each.detail}")
