"""Core metadata: METADATA of a wheel (Metadata 1.0 to 2.x, PEP 566, PEP 639, PEP 643)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from uplock.errors import InputError, located
from uplock.inspect.wheel import parse_wheel_name
from uplock.model.results import CoreMetadata

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

MAX_REQUIREMENTS = 10_000
MAX_REQUIREMENT = 4096
"""Characters: below the 4300 digits that a number may have before Python refuses to read it."""
"""Length of one requirement in characters."""
MAX_LINES = 100_000
"""Lines in front of the description."""

_REMEDY = "Do not install it: ask its owners for a release with valid metadata."
_VERSION = re.compile(r"[12]\.\d{1,3}\Z")
_END_OF_FIELDS = re.compile(rb"\n\r?\n")
_WHEEL_VERSION = re.compile(rb"^Wheel-Version:[ \t]*1\.\d{1,3}[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_DECISIVE = ("metadata-version", "name", "version", "requires-dist", "requires-python", "provides-extra")


def parse_metadata(raw: bytes, filename: str, *, parentheses: int = MAX_REQUIREMENT) -> CoreMetadata:
    """Parse METADATA of the wheel ``filename``, or PKG-INFO of the sdist.

    A requirement has at most so many ``parentheses``: parsers of markers go down one level for each.

    Raises :class:`InputError` if name or version are not the file name's, if a field that decides what is installed
    is malformed, repeated or not text, or if a requirement is not valid (PEP 508). A descriptive field that cannot be
    read is left out.
    """
    from packaging.metadata import parse_email

    with located(filename), located("METADATA"):
        end = _END_OF_FIELDS.search(raw)
        if raw.count(b"\n", 0, end.start() if end else len(raw)) > MAX_LINES:
            _reject(f"has more than {MAX_LINES} lines of fields")
        try:
            fields, unparsed = parse_email(raw)
        except (ValueError, LookupError, RecursionError) as error:
            raise InputError("is not core metadata", remedy=_REMEDY) from error
        for field in _DECISIVE:
            if field in unparsed:
                _reject(f"{field} is repeated or not text")
        _check_identity(fields, filename)
        _check_requirements(fields.get("requires_dist", []), parentheses)
        return _core(fields, filename)


def _reject(message: str) -> NoReturn:
    raise InputError(message, remedy=_REMEDY)


def _core(fields: RawMetadata, filename: str) -> CoreMetadata:
    name, version = _named(filename)
    return CoreMetadata(
        name=name,
        version=version,
        metadata_version=fields["metadata_version"],
        requires_python=fields.get("requires_python"),
        requires_dist=tuple(fields.get("requires_dist", [])),
        provides_extra=tuple(fields.get("provides_extra", [])),
        license_expression=fields.get("license_expression"),
        license=fields.get("license"),
        classifiers=tuple(fields.get("classifiers", [])),
        summary=fields.get("summary"),
        author=fields.get("author"),
        author_email=fields.get("author_email"),
        maintainer=fields.get("maintainer"),
        maintainer_email=fields.get("maintainer_email"),
        project_urls=_urls(fields.get("home_page"), fields.get("project_urls", {})),
    )


def _urls(home_page: str | None, project_urls: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    pairs = [(label, url) for label, url in project_urls.items() if url]
    if home_page and all(label.lower() != "homepage" for label, _ in pairs):
        pairs.insert(0, ("Homepage", home_page))
    return tuple(pairs)


def _named(filename: str) -> tuple[str, str]:
    """Return normalized name and version of a wheel or sdist. Raises :class:`InputError`."""
    from packaging.utils import InvalidSdistFilename, parse_sdist_filename

    if filename.endswith(".whl"):
        wheel = parse_wheel_name(filename)
        return wheel.name, wheel.version
    try:
        name, version = parse_sdist_filename(filename)
    except InvalidSdistFilename as error:
        raise InputError("is neither the name of a wheel nor of an sdist", remedy=_REMEDY) from error
    return name, str(version)


def _check_identity(fields: RawMetadata, filename: str) -> None:
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version

    expected_name, expected_version = _named(filename)
    if not _VERSION.match(fields.get("metadata_version", "")):
        _reject("Metadata-Version is missing or not known (1.x and 2.x are)")
    name, version = fields.get("name", ""), fields.get("version", "")
    if canonicalize_name(name) != expected_name:
        _reject(f"names the project {name[:100]!r} instead of {expected_name}")
    try:
        same = Version(version) == Version(expected_version)
    except InvalidVersion:
        same = False
    if not same:
        _reject(f"has version {version[:100]!r} instead of {expected_version}")


def _check_requirements(requirements: list[str], parentheses: int) -> None:
    from packaging.requirements import InvalidRequirement, Requirement

    if len(requirements) > MAX_REQUIREMENTS:
        _reject(f"has {len(requirements)} requirements, more than {MAX_REQUIREMENTS}")
    for requirement in requirements:
        if len(requirement) > MAX_REQUIREMENT:
            _reject(f"has a requirement longer than {MAX_REQUIREMENT} characters")
        if requirement.count("(") > parentheses:
            _reject(f"has a requirement with more than {parentheses} parentheses")
        try:
            name = Requirement(requirement).name
        except (InvalidRequirement, RecursionError) as error:
            raise InputError(
                f"Requires-Dist {requirement[:100]!r} is not a valid requirement", remedy=_REMEDY
            ) from error
        if not name[-1].isalnum():
            # packaging lets a name end with an underscore, PEP 508 does not; normalized, nobody could read it.
            _reject(f"Requires-Dist {requirement[:100]!r} is not a valid requirement")


def check_wheel_version(raw: bytes, filename: str) -> None:
    """Check that WHEEL declares the format that is read here, 1.x (PEP 427). Raises :class:`InputError`."""
    if not _WHEEL_VERSION.search(raw):
        raise InputError(
            "is not of wheel format 1", context=f"{filename}: WHEEL", remedy="Use a wheel that installers accept today."
        )
