"""The licenses of a package: what its authors declare, and beside it what their words are certain to mean in SPDX.

Declared and concluded are kept apart. Declared is what the metadata says, letter by letter: an SPDX expression (PEP
639), or the author's own words. Concluded is what a kept table makes of those words, or of the one classifier there
is. What can mean several licenses, or is contradicted, stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from uplock.model.results import CoreMetadata
from uplock.sbom.clean import NAME_LIMIT, PAGE_LIMIT, TEXT_LIMIT, Cleaner
from uplock.sbom.license_table import Meaning, classified, is_pointer, named, recognized
from uplock.sbom.parts import License, NamedLicense, Property, SpdxExpression, SpdxId
from uplock.sbom.spdx import is_spdx_expression, listed_id
from uplock.sbom.vocabulary import Term

MAX_LICENSES = 32
"""No more licenses that a document tells of one component are given."""

_PREFIX = "License ::"
_UNKNOWN = frozenset({"", "UNKNOWN", "NOASSERTION", "NONE"})
"""Words that stand where a license could, and name none (SPDX; setuptools for an empty field)."""
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+:-]*")
_OWN_LICENSE = re.compile(r"(?i:licenseref-)(?P<name>[A-Za-z0-9.-]+)\Z")
"""A license of no list, which an expression may name (PEP 639)."""
_SLASH = re.compile(r"\s*/\s*")
_FIELD = "license"


def licenses_of(metadata: CoreMetadata, clean: Cleaner) -> tuple[License, ...]:
    """Return the licenses, declared ones first."""
    stated = metadata.license_expression or ""
    expression = clean.line("license expression", stated)
    if expression is not None:
        if (spdx := _spdx(stated)) is not None:
            return (spdx,)
        clean.note("license expression", "not valid SPDX, given by name")
        return _with_meaning(_in_words(expression), named(expression))
    stated = metadata.license or ""
    text = clean.page(_FIELD, stated).strip()
    meanings = _classified(metadata.classifiers)
    if text.upper() in _UNKNOWN:
        return tuple(_concluded(_by_classifier(meanings)))
    if len(stated) > PAGE_LIMIT:  # half a text may be that of another license
        return (_in_words(text),)
    if (spdx := _spdx(text)) is not None:
        if not all(meaning.admits(_text_of(spdx)) for meaning in meanings):
            clean.note(_FIELD, "classifiers contradict it")
        return (spdx,)
    return (_in_words(text), *_concluded(_meant(text, meanings, clean)))


def declared_licenses(texts: Iterable[str], clean: Cleaner) -> tuple[License, ...]:
    """Return the licenses that a document inside a wheel tells of one component, each text by itself.

    A text is an SPDX identifier, an expression or a name. The slash between identifiers, as Cargo once wrote it, means
    a choice: that is concluded, and the text is declared as it stands.
    """
    found: dict[License, None] = {}
    for text in texts:
        line = clean.line(_FIELD, text) or ""
        if line.upper() in _UNKNOWN:
            continue
        spdx = _spdx(text)
        licenses = (spdx,) if spdx is not None else _with_meaning(_in_words(line), named(line) or _choice(line))
        found |= dict.fromkeys(licenses)
    if len(found) > MAX_LICENSES:
        clean.note(_FIELD, f"only the first {MAX_LICENSES}")
    return tuple(found)[:MAX_LICENSES]


def license_classifiers(metadata: CoreMetadata, clean: Cleaner) -> Iterator[Property]:
    """Yield the license classifiers, unless an expression supersedes them (PEP 639)."""
    if metadata.license_expression is None:
        for classifier in metadata.classifiers:
            if classifier.startswith(_PREFIX):
                yield from clean.facts(Term.LICENSE_CLASSIFIER, classifier)


def spdx_of(text: str) -> str | None:
    """Return a text that is an SPDX identifier or expression, with the case that the license list gives it."""
    spelled = _WORD.sub(lambda match: _word(match[0]), " ".join(text.split()))
    if listed_id(spelled) is not None:
        return spelled
    checked = _WORD.sub(lambda match: "MIT" if match[0].startswith("LicenseRef-") else match[0], spelled)
    return spelled if is_spdx_expression(checked) else None


def _word(word: str) -> str:
    if (own := _OWN_LICENSE.match(word)) is not None:
        return f"LicenseRef-{own['name']}"
    return word.upper() if word.upper() in {"AND", "OR", "WITH"} else listed_id(word) or word


def _spdx(text: str) -> License | None:
    """Return what a text declares that is SPDX as it stands, but for case (SPDX identifiers have none)."""
    spelled = spdx_of(text) if len(text) <= TEXT_LIMIT else None
    if spelled is None:
        return None
    return SpdxId(id=spelled) if listed_id(spelled) is not None else SpdxExpression(expression=spelled)


def _in_words(text: str) -> NamedLicense:
    """Return the author's own words: a name if they fit into one, else named by their first line."""
    first = " ".join(text.splitlines()[0].split())
    if first == text and len(first) <= NAME_LIMIT:
        return NamedLicense(name=first)
    return NamedLicense(name=first[:NAME_LIMIT].rstrip(), text=text)


def _classified(classifiers: Iterable[str]) -> tuple[Meaning, ...]:
    """Return what the license classifiers mean, each once."""
    once = dict.fromkeys(each for each in classifiers if each.startswith(_PREFIX))
    return tuple(meaning for each in once if (meaning := classified(each)) is not None)


def _meant(text: str, meanings: tuple[Meaning, ...], clean: Cleaner) -> str | None:
    """Return what words and classifiers mean together, if they are certain to mean one thing."""
    if is_pointer(text):
        return _by_classifier(meanings)
    whole = recognized(text)
    meaning = named(text) if whole is None else Meaning(license=whole, admitted=frozenset({whole}))
    if meaning is None:
        return None
    concluded = meaning.license
    if concluded is None and meaning.admitted:
        concluded = _by_classifier(meanings)
        if concluded is not None and not meaning.admits(concluded):
            concluded = None
    if any(meaning.admitted.isdisjoint(each.admitted) for each in meanings):
        clean.note(_FIELD, "classifiers contradict it")
        return None
    return concluded


def _by_classifier(meanings: tuple[Meaning, ...]) -> str | None:
    """Return what the only classifier names; of several nobody knows whether all or any of them is meant."""
    return meanings[0].license if len(meanings) == 1 else None


def _with_meaning(words: NamedLicense, meaning: Meaning | None) -> tuple[License, ...]:
    return (words, *_concluded(None if meaning is None else meaning.license))


def _choice(text: str) -> Meaning | None:
    """Return the meaning of ``MIT/Apache-2.0`` (Cargo's manifest format, before it took SPDX expressions)."""
    parts = [listed_id(part) for part in _SLASH.split(text)]
    known = [part for part in parts if part is not None]
    if len(parts) < 2 or len(known) < len(parts):  # noqa: PLR2004 - one part is no choice
        return None
    return Meaning(license=" OR ".join(dict.fromkeys(known)), admitted=frozenset(known))


def _concluded(expression: str | None) -> Iterator[License]:
    if expression is not None and listed_id(expression) is not None:
        yield SpdxId(id=expression, acknowledgement="concluded")
    elif expression is not None:
        yield SpdxExpression(expression=expression, acknowledgement="concluded")


def _text_of(license_: License) -> str:
    match license_:
        case SpdxId(id=text) | SpdxExpression(expression=text) | NamedLicense(name=text):
            return text
