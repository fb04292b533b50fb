"""Who made a package: authors and supplier, from the core metadata fields that name people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from uplock.model.results import CoreMetadata
from uplock.sbom.clean import NAME_LIMIT, Cleaner
from uplock.sbom.links import link_type
from uplock.sbom.parts import Contact, Organization

MAX_CONTACTS = 64
"""No more people of one field are named."""

_ENTRY = re.compile(r'(?:"[^"]*"|[^,])+')
"""One entry of a list separated by commas, which may stand within quoted names (RFC 5322)."""
_NAMED = re.compile(r"(?P<name>[^<>]*[^<>\s])\s*<(?P<address>[^<>]+)>\Z")
"""A name with an address behind it, as it stands in fields for names."""


def authors(metadata: CoreMetadata, clean: Cleaner) -> tuple[Contact, ...]:
    """Return the people of ``Author`` and ``Author-email``."""
    return _contacts("author", metadata.author, metadata.author_email, clean)


def supplier(metadata: CoreMetadata, homepage: str | None, clean: Cleaner) -> Organization | None:
    """Return who supplies a package: its maintainers, else its authors, as the metadata says; unverified.

    Where to find them is the homepage of the project, else where it keeps its source. Of a project that names nobody
    only that is known: then the supplier has no name.
    """
    people = _contacts("maintainer", metadata.maintainer, metadata.maintainer_email, clean)
    people = people or _contacts("author", metadata.author, metadata.author_email, clean)
    place = homepage or _repository(metadata, clean)
    if not people and place is None:
        return None
    names = [each.name for each in people if each.name] + [each.email for each in people if each.email]
    return Organization(
        name=next(iter(names), None),
        urls=() if place is None else (place,),
        contacts=tuple(each for each in people if each.email),
    )


def stated_supplier(field: str, text: str, clean: Cleaner) -> Organization | None:
    """Return the supplier that an embedded document names on one line: ``Jane Doe <jane@example.org>, The Team``.

    What stands in brackets is an e-mail address or a URL. The first name is the supplier's; addresses are of all.
    """
    names, urls, contacts = [], [], []
    for entry in _ENTRY.findall(clean.line(field, text) or "")[:MAX_CONTACTS]:
        name, bracket, stated = entry.strip().removesuffix(">").rpartition("<")
        person = clean.line(field, (name if bracket else stated).strip().strip('"'), NAME_LIMIT)
        names += [person] if person else []
        if bracket and "://" in stated:
            urls += [url] if (url := clean.url(field, stated)) else []
        elif bracket:
            contacts += [Contact(name=person, email=email)] if (email := clean.address(field, stated.strip())) else []
    if not names and not urls and not contacts:
        return None
    return Organization(name=next(iter(names), None), urls=tuple(urls), contacts=tuple(contacts))


def _repository(metadata: CoreMetadata, clean: Cleaner) -> str | None:
    """Return where a project says that its source is kept (PEP 753)."""
    found = (clean.url("project URL", url) for label, url in metadata.project_urls if link_type(label) == "vcs")
    return min((url for url in found if url is not None), default=None)


def _contacts(field: str, name: str | None, addresses: str | None, clean: Cleaner) -> tuple[Contact, ...]:
    """Return the people of a field and of its e-mail field; a lone name and a lone address are one person."""
    found = list(_addressed(f"{field} e-mail", _words(addresses or ""), clean))
    own = _own(clean.line(field, _words(name or ""), NAME_LIMIT), {each.email for each in found})
    if own is not None and all(each.name != own for each in found):
        if len(found) == 1 and found[0].name is None:
            found = [Contact(name=own, email=found[0].email)]
        else:
            found.insert(0, Contact(name=own))
    if len(found) > MAX_CONTACTS:
        clean.note(field, f"only the first {MAX_CONTACTS} people")
    return tuple(found[:MAX_CONTACTS])


def _words(text: str) -> str:
    """Return a field with encoded words (RFC 2047) as they read; malformed ones stay as they are."""
    if "=?" not in text:
        return text
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text


def _own(name: str | None, addresses: AbstractSet[str | None]) -> str | None:
    """Return the name in a field for names, without an address that the field for addresses repeats."""
    if name is None or name in {"UNKNOWN", *addresses}:
        return None
    named = _NAMED.match(name)
    return named["name"] if named is not None and named["address"] in addresses else name


def _addressed(field: str, text: str, clean: Cleaner) -> Iterator[Contact]:
    """Yield the people of ``Jane Doe <jane@example.org>, joe@example.org``, each once."""
    seen = set[Contact]()
    for entry in _ENTRY.findall(clean.page(field, text)):
        name, bracket, address = entry.strip().removesuffix(">").rpartition("<")
        stated = address.strip()
        email = clean.address(field, stated) if stated and stated != "UNKNOWN" else None
        person = clean.line(field, name.strip().strip('"'), NAME_LIMIT) if bracket else None
        contact = Contact(name=person, email=email)
        if contact not in seen and (person is not None or email is not None):
            seen.add(contact)
            yield contact
