"""Points about every component: what it is called, whose it is, under which license."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from uplock.sbom.checking.package_url import purl_defects
from uplock.sbom.checking.walk import members
from uplock.sbom.score.document import Document, Part, nodes, text_of
from uplock.sbom.score.envelope import is_addressed
from uplock.sbom.score.point import Answer, Given, Point, each_of
from uplock.sbom.spdx import is_spdx_expression, is_spdx_id
from uplock.sbom.vocabulary import BSI_ARCHIVE, BSI_EXECUTABLE, BSI_FILENAME, BSI_STRUCTURED

MAX_EXPRESSION = 4096
"""Characters of a license expression; a longer one is not read, and so not known to be of SPDX."""
_NOTHING = "components"
_UNSTABLE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # random
    r"|\ABomRef\.|[-_]L[0-9]+\Z|\A[0-9]+\Z"  # random, a line of a file, a number
    r"|file:|\A/|\A[A-Za-z]:[\\/]|/(?:home|root|tmp|builds|Users)/",  # a place on a machine
    re.IGNORECASE,
)
_BSI_VALUES = {
    BSI_EXECUTABLE: {"executable", "non-executable"},
    BSI_ARCHIVE: {"archive", "no archive"},
    BSI_STRUCTURED: {"structured", "unstructured"},
}
_KNOWN = frozenset(
    {
        "brotli",
        "bzip2",
        "curl",
        "expat",
        "freetype",
        "krb5",
        "libcrypto",
        "libcurl",
        "libexpat",
        "libffi",
        "libjpeg-turbo",
        "libpng",
        "libressl",
        "libssl",
        "libtiff",
        "libwebp",
        "libxml2",
        "libxslt",
        "libyaml",
        "openldap",
        "openssl",
        "postgresql",
        "sqlite",
        "sqlite3",
        "xz",
        "zlib",
        "zstd",
    }
)
"""Libraries that vulnerability databases know by their CPE, as they are usually called."""


def _versions(document: Document, _: Given) -> Answer:
    return each_of(((each, _is_versioned(each)) for each in document.parts), nothing=_NOTHING)


def _is_versioned(part: Part) -> bool:
    ranged = bool(part.version_range)
    return bool(part.name) and (not part.version if ranged and part.is_external else bool(part.version) and not ranged)


def _purls(document: Document, _: Given) -> Answer:
    return each_of(((each, _is_named(each)) for each in document.parts), nothing=_NOTHING)


def _is_named(part: Part) -> bool:
    if not part.purl or [*purl_defects(part.place, part.node)]:
        return False
    name = part.purl.partition("@")[0].partition("?")[0]
    return not name.startswith("pkg:pypi/") or (name == name.lower() and "_" not in name)


def _refs(document: Document, _: Given) -> Answer:
    given = Counter(each.ref for each in (*document.parts, document.subject))
    stable = (
        (each, given[each.ref] == 1 and bool(each.ref) and not _UNSTABLE.search(each.ref)) for each in document.parts
    )
    return each_of(stable, nothing=_NOTHING)


def _suppliers(document: Document, _: Given) -> Answer:
    return each_of(((each, _is_supplied(each)) for each in document.parts), nothing=_NOTHING)


def _is_supplied(part: Part) -> bool:
    return any(is_addressed(members(part.node, key)) for key in ("supplier", "manufacturer"))


def _licenses(document: Document, _: Given) -> Answer:
    return each_of(((each, _is_licensed(each)) for each in document.parts), nothing=_NOTHING)


def _is_licensed(part: Part) -> bool:
    """Whether a license is of SPDX; others may stand beside it in somebody's words, and all say who said so.

    A classifier is a category of licenses, and none.
    """
    listed = False
    for each in nodes(part.node, "licenses"):
        of_list = members(each, "license")
        expression, known = text_of(each, "expression"), text_of(of_list, "id")
        if not text_of(each if expression else of_list, "acknowledgement") or " :: " in text_of(of_list, "name"):
            return False
        listed = listed or (_is_expression(expression) if expression else is_spdx_id(known))
    return listed


@lru_cache(maxsize=4096)
def _is_expression(text: str) -> bool:
    return len(text) <= MAX_EXPRESSION and is_spdx_expression(text)


def _file_kinds(document: Document, _: Given) -> Answer:
    files = [*document.packages, *(each for each in document.parts if is_bundled_file(each) or _says_kind(each))]
    unique = {id(each): each for each in files}.values()
    return each_of(((each, _has_kind(each)) for each in unique), nothing="components that are files")


def _says_kind(part: Part) -> bool:
    return any(part.properties(name) for name in (BSI_FILENAME, *_BSI_VALUES))


def is_bundled_file(part: Part) -> bool:
    """Whether a component inside a package is exactly one file that was copied into it."""
    if part.holder is None or not part.digests("SHA-256"):
        return False
    found = [text_of(each, "additionalContext") for each in part.occurrences]
    return len(found) == 1 and found[0].startswith("grafted")


def _has_kind(part: Part) -> bool:
    names = part.properties(BSI_FILENAME)
    kinds = (part.properties(name) for name in _BSI_VALUES)
    named = len(names) == 1 and bool(names[0]) and "/" not in names[0]
    return named and all(
        len(said) == 1 and said[0] in values for said, values in zip(kinds, _BSI_VALUES.values(), strict=True)
    )


def _cpes(document: Document, _: Given) -> Answer:
    if not document.interpreters:
        return Answer(state="lost", of=1, lost_at=("no interpreter",))
    wanted = [*document.interpreters, *(each for each in document.parts if _is_known(each))]
    return each_of(((each, text_of(each.node, "cpe").startswith("cpe:")) for each in wanted), nothing=_NOTHING)


def _is_known(part: Part) -> bool:
    """Whether a component is one of the libraries, in some version; a crate of that name is a binding to it."""
    native = not part.purl or part.purl.startswith("pkg:generic/")
    return native and bool(part.version) and part.name.lower() in _KNOWN


POINTS = (
    Point(
        number=11,
        title="Every component has a name, and a version or, if it is external, a range of versions",
        standards=("NTIA", "CISA", "BSI"),
        path="$.C[*].version, $.C[*].versionRange",
        remedy="Find out the version of what has none, for instance from who made the file that holds it.",
        check=_versions,
    ),
    Point(
        number=12,
        title="Every component has a package URL that agrees with its name and version",
        standards=("NTIA", "CISA", "SCVS"),
        path="$.C[*].purl",
        remedy="Write the package URL of each component, with the name normalized.",
        check=_purls,
    ),
    Point(
        number=14,
        title="Every component has a reference that is its own and made of content",
        standards=("uplock",),
        path="$.C[*].bom-ref",
        remedy="Make references of what components are: of no line, number, path or random value.",
        check=_refs,
    ),
    Point(
        number=18,
        title="The supplier or manufacturer of every component can be reached",
        standards=("NTIA", "CISA", "BSI"),
        path="$.C[*].supplier, $.C[*].manufacturer",
        remedy="Name the supplier of each component with a URL or an e-mail address, where it is known.",
        check=_suppliers,
    ),
    Point(
        number=19,
        title="Every component has licenses of SPDX, declared or concluded",
        standards=("CISA", "BSI", "SCVS"),
        path="$.C[*].licenses",
        remedy="Find out the license of what has none, and write it as an SPDX expression with its acknowledgement.",
        check=_licenses,
    ),
    Point(
        number=20,
        title="Every component that is one file says what kind of file",
        standards=("BSI",),
        path="$.C[*].properties[bsi:component:*]",
        remedy="Give file name, executable, archive and structured of each wheel, source distribution and library.",
        check=_file_kinds,
    ),
    Point(
        number=39,
        title="The interpreter and libraries that advisories are about have a CPE",
        standards=("SCVS",),
        path="$.C[*].cpe",
        remedy="Give the CPE of the interpreter, and of each library that vulnerability databases know by one.",
        check=_cpes,
    ),
)
