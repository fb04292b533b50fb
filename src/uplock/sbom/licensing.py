"""The license of a package: an SPDX expression if the metadata has one (PEP 639), else its own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uplock.model.results import CoreMetadata
from uplock.sbom.clean import NAME_LIMIT, Cleaner
from uplock.sbom.document import is_spdx_expression, is_spdx_id
from uplock.sbom.parts import License, NamedLicense, Property, SpdxExpression, SpdxId
from uplock.sbom.vocabulary import Term

_PREFIX = "License ::"
_OWN_LICENSE = re.compile(r"(?<![\w.:-])LicenseRef-[A-Za-z0-9.-]+")
"""A license of no list, which an expression may name (PEP 639); only the rest can be checked against the list."""


def licenses_of(metadata: CoreMetadata, clean: Cleaner) -> tuple[License, ...]:
    """Return the licenses, declared ones first."""
    expression = clean.line("license expression", metadata.license_expression)
    if expression is not None:
        return (_expression(expression, clean),)
    text = clean.page("license", metadata.license or "").strip()
    if not text or text == "UNKNOWN":
        return ()
    if is_spdx_id(text):
        return (SpdxId(id=text),)
    first = " ".join(text.splitlines()[0].split())
    if first == text and len(first) <= NAME_LIMIT:
        return (NamedLicense(name=first),)
    return (NamedLicense(name=first[:NAME_LIMIT].rstrip(), text=text),)


def license_classifiers(metadata: CoreMetadata, clean: Cleaner) -> Iterator[Property]:
    """Yield the license classifiers, unless an expression supersedes them (PEP 639)."""
    if metadata.license_expression is None:
        for classifier in metadata.classifiers:
            if classifier.startswith(_PREFIX):
                yield from clean.facts(Term.LICENSE_CLASSIFIER, classifier)


def _expression(expression: str, clean: Cleaner) -> License:
    if is_spdx_id(expression):
        return SpdxId(id=expression)
    if is_spdx_expression(_OWN_LICENSE.sub("MIT", expression)):
        return SpdxExpression(expression=expression)
    clean.note("license expression", "not valid SPDX, given by name")
    if len(expression) <= NAME_LIMIT:
        return NamedLicense(name=expression)
    return NamedLicense(name=expression[:NAME_LIMIT].rstrip(), text=expression)
