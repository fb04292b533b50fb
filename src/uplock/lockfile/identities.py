"""``[[packages.attestation-identities]]`` (PEP 751): who signed the artifact, as PEP 740 writes publishers.

The standard means any file of a package; a lock of ours has exactly one, so it is about that file. It is written only
if its attestations were verified. What is known of the certificates beyond it stands in ``lockset.json``.
"""

from __future__ import annotations

from uplock.errors import InputError
from uplock.lockfile.fields import Fields
from uplock.model.results import Publisher
from uplock.model.value import Value, convert, to_builtins

MAX_IDENTITIES = 8


class _Written(Value, frozen=True, kw_only=True):
    """Holds a publisher, because a union alone is no type to parse into."""

    publisher: Publisher


def identity_table(publisher: Publisher) -> dict[str, str]:
    """Return the table of one identity: ``kind`` first, then the keys of its kind that are set, in their order."""
    raw = to_builtins(publisher)
    names = ("kind", *type(publisher).__struct_fields__)
    return {name: raw[name] for name in names if raw[name] is not None}


def read_identities(fields: Fields) -> tuple[Publisher, ...]:
    """Return the identities of a package, none if there is no table. Defects go to ``fields``."""
    if "attestation-identities" not in fields.raw:
        return ()
    found = []
    for each in fields.children("attestation-identities", MAX_IDENTITIES):
        try:
            found.append(convert({"publisher": dict(each.raw)}, _Written).publisher)
        except InputError as error:
            each.defect("kind", error.message.replace("$.publisher", "$"))
    return tuple(found)
