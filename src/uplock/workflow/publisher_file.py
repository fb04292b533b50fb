"""``publishers.toml``: who must have signed which package, as ``uplock trust pin`` writes it and people review it."""

from __future__ import annotations

from collections.abc import Iterable

from uplock.errors import ConfigError
from uplock.lockfile.identities import identity_table
from uplock.lockfile.toml_document import parse_toml
from uplock.lockfile.toml_text import inline, key_text, table
from uplock.model.identity import ExpectedPublisher
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.publisher_settings import FORMAT, read_expected

PUBLISHERS = "publishers.toml"

_REMEDY = "Correct the file, or write it anew with uplock trust pin."


def write_publishers(expected: Iterable[ExpectedPublisher]) -> bytes:
    """Return the text of the file: packages in order, one table per publisher."""
    by_package: dict[str, list[ExpectedPublisher]] = {}
    for each in expected:
        by_package.setdefault(each.package, []).append(each)
    parts = [f"format = {FORMAT}\n"]
    for package in sorted(by_package):
        rows = by_package[package]
        head = f"publishers.{key_text(package)}"
        for each in rows:
            claims = f"claims = {inline(dict(each.claims))}\n" if each.claims else ""
            mark = f"[{head}]" if len(rows) == 1 else f"[[{head}]]"
            parts.append(f"{mark}\n{table(identity_table(each.publisher))}{claims}")
    return "\n".join(parts).encode()


def read_publishers(raw: bytes) -> tuple[ExpectedPublisher, ...]:
    """Return who is expected, sorted by package. Raises :class:`ConfigError` with every defect and its place."""
    try:
        document = parse_toml(raw)
    except ValueError as error:
        raise ConfigError(f"not valid TOML: {error}", context=PUBLISHERS, remedy=_REMEDY) from error
    defects = [f"{key[:80]}: there is no such key" for key in document if key not in {"format", "publishers"}]
    if document.get("format") != FORMAT:
        defects.append(f"format: must be {FORMAT}")
    found = read_expected(document.get("publishers", {}), "publishers", PUBLISHERS, defects)
    if defects:
        raise ConfigError("; ".join(defects), context=PUBLISHERS, remedy=_REMEDY)
    return found


def with_publishers(policy: Policy, raw: bytes | None, file: str) -> Policy:
    """Return the policy of ``file`` with what ``publishers.toml`` adds.

    Raises :class:`ConfigError` if a package stands in both: nobody could say which of them holds.
    """
    if raw is None:
        return policy
    added = read_publishers(raw)
    twice = sorted({each.package for each in policy.publishers} & {each.package for each in added})
    if twice:
        raise ConfigError(
            f"the publishers of {', '.join(twice[:10])} stand here and in {file}",
            context=PUBLISHERS,
            remedy="Keep one of the two.",
        )
    both = sorted((*policy.publishers, *added), key=lambda each: each.package)
    return changed(policy, publishers=tuple(both))
