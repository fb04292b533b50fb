"""Covering: whether a waiver lets a finding through. Everything that its scope names must fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

from uplock.model.finding import Finding, Waived
from uplock.model.value import changed
from uplock.model.waiver import Standing, Waiver, WaiverScope


class Cover:
    """The waivers that are in force, by rule, so that many findings are looked at quickly."""

    def __init__(self, standings: Iterable[Standing]) -> None:
        """``standings`` are those of one service and one day; what is not in force covers nothing."""
        self._by_rule: dict[str, list[tuple[Waiver, str]]] = {}
        for each in standings:
            if each.state == "in-force" and each.file.waiver is not None:
                waiver = each.file.waiver
                self._by_rule.setdefault(waiver.rule, []).append((waiver, each.file.path))
        for found in self._by_rule.values():
            found.sort(key=lambda pair: (-pair[0].expires_at.toordinal(), pair[0].id))

    def waived(self, finding: Finding, *, version: str, platform: str) -> Finding:
        """Return the finding, with who lets it through if somebody does.

        ``version`` is the full version of the target's interpreter, ``platform`` the name of its platform. If several
        waivers fit, it is the one that ends last, then the first by id.
        """
        for waiver, path in self._fitting(finding, version, platform):
            return changed(
                finding,
                waived=Waived(
                    waiver=waiver.id,
                    file=path,
                    reason=waiver.reason,
                    requested_by=waiver.requested_by,
                    approved_by=waiver.approved_by,
                    ticket=waiver.ticket,
                    expires_at=waiver.expires_at,
                ),
            )
        return finding

    def used(self, finding: Finding, *, version: str, platform: str) -> frozenset[str]:
        """Return the ids of all waivers that would let the finding through, the named one and the others."""
        return frozenset(waiver.id for waiver, _ in self._fitting(finding, version, platform))

    def _fitting(self, finding: Finding, version: str, platform: str) -> Iterator[tuple[Waiver, str]]:
        return (
            (waiver, path)
            for waiver, path in self._by_rule.get(finding.rule, ())
            if fits(waiver.scope, finding, version=version, platform=platform)
        )


def fits(scope: WaiverScope, finding: Finding, *, version: str, platform: str) -> bool:
    """Whether a finding about a target lies within ``scope``, the service apart.

    A scope that names a package or a digest never holds a finding that is about none.
    """
    if scope.interpreter is not None and not f"{version}.".startswith(f"{scope.interpreter}."):
        return False
    if scope.platform not in {None, platform}:
        return False
    if scope.sha256 not in {None, finding.sha256}:
        return False
    return scope.purl is None or _is(scope.purl, finding)


def _is(purl: str, finding: Finding) -> bool:
    """Whether ``pkg:pypi/NAME[@VERSION]`` is the package of a finding; versions compare as PEP 440 has it."""
    name, at, version = purl.removeprefix("pkg:pypi/").partition("@")
    if finding.package != name:
        return False
    return not at or (finding.version is not None and _same(unquote(version), finding.version))


@lru_cache(maxsize=4096)
def _same(one: str, other: str) -> bool:
    from packaging.utils import canonicalize_version

    return one == other or canonicalize_version(one) == canonicalize_version(other)
