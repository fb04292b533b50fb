"""Who may publish a package, as the policy says: required, expected and denied publishers.

Compared is what the certificates say, and a claim that they do not carry is not verified: it fails the comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from uplock.model.identity import ClaimsPattern, ExpectedPublisher
from uplock.model.pattern import matches
from uplock.model.policy import Policy
from uplock.model.results import CircleCI, Other, Publisher, Verified
from uplock.policy.ratchet import place_of, way_of

ALL = "*"


def required(policy: Policy, package: str) -> bool:
    """Whether a package must be verified: by name, by ``*``, or because its publisher is named."""
    return bool({ALL, package} & set(policy.require_attestations)) or bool(expected_of(policy, package))


def expected_of(policy: Policy, package: str) -> tuple[ExpectedPublisher, ...]:
    """Return who may have signed a package; nobody in particular if this is empty."""
    return tuple(each for each in policy.publishers if each.package == package)


def generic_policies(policy: Policy) -> dict[str, ExpectedPublisher]:
    """Return, by package, the one generic policy (of the kind ``Other``) that is all that is expected of it."""
    found = {}
    for each in policy.publishers:
        if isinstance(each.publisher, Other) and expected_of(policy, each.package) == (each,):
            found[each.package] = each
    return found


def unexpected(expected: Sequence[ExpectedPublisher], verified: Verified) -> str | None:
    """Return why none of the expected publishers signed, as the reason against the last one; ``None`` if one did."""
    reason = None
    for each in expected:
        reason = _against(each, verified)
        if reason is None:
            return None
    return reason


def denied(policy: Policy, verified: Verified) -> ClaimsPattern | None:
    """Return the pattern of denied publishers that a certificate of the file matches, if one does."""
    for attestation in verified.attestations:
        claims = dict(attestation.claims)
        for pattern in policy.denied_publishers:
            if all(name in claims and _fits(wanted, claims[name]) for name, wanted in pattern.claims):
                return pattern
    return None


def _against(expected: ExpectedPublisher, verified: Verified) -> str | None:
    for attestation in verified.attestations:
        claims = dict(attestation.claims)
        reason = _differs(expected.publisher, attestation.publisher, claims)
        if reason is not None:
            return reason
        for name, pattern in expected.claims:
            if name not in claims:
                return f"its certificate does not say the {name}"
            if not _fits(pattern, claims[name]):
                return f"the {name} is {claims[name]}, expected {pattern}"
    return None


def _fits(pattern: str, value: str) -> bool:
    """Whether a claim fits; addresses at GitHub are compared without regard to case."""
    if value.lower().startswith("https://github.com/"):
        return matches(pattern.lower(), value.lower())
    return matches(pattern, value)


def _differs(expected: Publisher, actual: Publisher, claims: Mapping[str, str]) -> str | None:
    """Return what an expected publisher and that of a certificate differ in, or ``None``."""
    if isinstance(expected, Other):
        name, issuer = claims.get("identity"), claims.get("issuer")
        generic = name is not None and issuer == expected.issuer and _fits(expected.identity, name)
        return None if generic else "it is signed by somebody else"
    if place_of(expected) != place_of(actual):
        return "it is signed by somebody else"
    pairs = [*zip(("workflow", "environment"), way_of(expected), way_of(actual), strict=False)]
    if isinstance(expected, CircleCI) and isinstance(actual, CircleCI):
        pairs += [("repository", expected.vcs_origin, actual.vcs_origin), ("ref", expected.vcs_ref, actual.vcs_ref)]
    for what, wanted, found in pairs:
        if wanted is not None and found is None:
            return f"its certificate does not say the {what}"
        if wanted not in {None, found}:
            return f"the {what} is {found}, expected {wanted}"
    return None
