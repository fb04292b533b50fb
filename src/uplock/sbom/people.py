"""Who made a package: authors and supplier, from the core metadata fields that name people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uplock.model.results import CoreMetadata
from uplock.sbom.clean import NAME_LIMIT, Cleaner
from uplock.sbom.parts import Contact, Organization

MAX_CONTACTS = 64
"""No more people of one field are named."""

_ENTRY = re.compile(r'(?:"[^"]*"|[^,])+')
"""One entry of a list separated by commas, which may stand within quoted names (RFC 5322)."""


def authors(metadata: CoreMetadata, clean: Cleaner) -> tuple[Contact, ...]:
    """Return the people of ``Author`` and ``Author-email``."""
    return _contacts("author", metadata.author, metadata.author_email, clean)


def supplier(metadata: CoreMetadata, homepage: str | None, clean: Cleaner) -> Organization | None:
    """Return who supplies a package: its maintainers, else its authors, as the metadata says; unverified."""
    people = _contacts("maintainer", metadata.maintainer, metadata.maintainer_email, clean)
    people = people or _contacts("author", metadata.author, metadata.author_email, clean)
    if not people:
        return None
    names = [each.name for each in people if each.name] + [each.email for each in people if each.email]
    return Organization(
        name=names[0],
        urls=() if homepage is None else (homepage,),
        contacts=tuple(each for each in people if each.email),
    )


def _contacts(field: str, name: str | None, addresses: str | None, clean: Cleaner) -> tuple[Contact, ...]:
    """Return the people of a field and of its e-mail field; a lone name and a lone address are one person."""
    found = list(_addressed(f"{field} e-mail", addresses or "", clean))
    own = clean.line(field, name, NAME_LIMIT)
    if own == "UNKNOWN":
        own = None
    if own is not None and all(each.name != own for each in found):
        if len(found) == 1 and found[0].name is None:
            found = [Contact(name=own, email=found[0].email)]
        else:
            found.insert(0, Contact(name=own))
    if len(found) > MAX_CONTACTS:
        clean.note(field, f"only the first {MAX_CONTACTS} people")
    return tuple(found[:MAX_CONTACTS])


def _addressed(field: str, text: str, clean: Cleaner) -> Iterator[Contact]:
    """Yield the people of ``Jane Doe <jane@example.org>, joe@example.org``."""
    for entry in _ENTRY.findall(clean.page(field, text)):
        name, bracket, address = entry.strip().removesuffix(">").rpartition("<")
        email = clean.address(field, address.strip()) if address.strip() else None
        person = clean.line(field, name.strip().strip('"'), NAME_LIMIT) if bracket else None
        if person is not None or email is not None:
            yield Contact(name=person, email=email)
