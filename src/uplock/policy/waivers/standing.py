"""Standing: what each waiver file is worth on a day. Whatever is wrong with one makes it cover nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from uplock.model.policy import Policy
from uplock.model.value import Value
from uplock.model.waiver import Standing, State, Waiver, WaiverFile, WaiverScope
from uplock.policy.rule import Reach, Statement
from uplock.policy.waivers.circles import in_circles
from uplock.policy.wording import counted

EXPIRED, ENDS_SOON, UNUSED, SELF_APPROVED, TOO_LONG, MALFORMED, OVER_WIDE = (f"WV00{number}" for number in range(1, 8))

NARROWER: Mapping[Reach, str] = {
    "interpreter": "an interpreter",
    "target": "an interpreter, a platform, a package or a digest",
    "package": "a package or a digest",
    "artifact": "one version of a package, or a digest",
    "bytes": "a digest",
}
"""What the scope of a waiver must name at least, by the reach of its rule."""


class _Law(Value, frozen=True, kw_only=True):
    """What waivers are held against."""

    statements: Mapping[str, Statement]
    policy: Policy
    twice: frozenset[str]
    """Ids that several files have."""
    rules: Mapping[str, str]
    """Id of every waiver to its rule."""
    circular: frozenset[str]
    """Ids of waivers that take the place of one another in a circle."""


def standings(
    files: Sequence[WaiverFile], *, service: str, statements: Mapping[str, Statement], policy: Policy, day: date
) -> tuple[Standing, ...]:
    """Return what every file is worth to ``service`` on ``day``: those that end first before the others.

    A waiver of another service is not judged further. One that is in order takes the place of those that it names from
    the day on which it is approved, and these never come back, not even once it has ended. They must be of its rule:
    else one of a small risk would silence that the approval of a great one has ended.
    """
    waivers = [file.waiver for file in files if file.waiver is not None and _is_for(file.waiver.scope, service)]
    law = _Law(
        statements=statements,
        policy=policy,
        twice=frozenset(name for name, times in Counter(each.id for each in waivers).items() if times > 1),
        rules={each.id: each.rule for each in waivers},
        circular=in_circles({each.id: each.supersedes for each in waivers}),
    )
    defects = {id(waiver): tuple(_defects(waiver, law)) for waiver in waivers}
    replaced = {
        other
        for waiver in waivers
        if not defects[id(waiver)] and waiver.approved_at <= day
        for other in waiver.supersedes
    }
    found = [
        Standing(file=file, state="refused", misuse=tuple((MALFORMED, defect) for defect in file.defects))
        if file.waiver is None
        else _standing(file, file.waiver, defects.get(id(file.waiver)), replaced, policy, day)
        for file in files
    ]
    return tuple(
        sorted(found, key=lambda each: (each.days_left is not None, each.days_left or 0, each.file.path, each.state))
    )


def _standing(  # noqa: PLR0913, PLR0917 - a waiver, and all that is known about it
    file: WaiverFile,
    waiver: Waiver,
    defects: tuple[tuple[str, str], ...] | None,
    replaced: set[str],
    policy: Policy,
    day: date,
) -> Standing:
    left = (waiver.expires_at - day).days
    state = _state(waiver, defects, replaced, day)
    misuse = defects or ()
    if state == "expired":
        misuse = ((EXPIRED, f"the waiver ended on {waiver.expires_at}, {counted(-left, 'day')} ago"),)
    elif state == "in-force" and left <= policy.waiver_notice_days:
        when = f"in {counted(left, 'day')}" if left else "today"
        misuse = ((ENDS_SOON, f"the waiver ends on {waiver.expires_at}, {when}"),)
    return Standing(file=file, state=state, days_left=left, misuse=misuse)


def _state(waiver: Waiver, defects: tuple[tuple[str, str], ...] | None, replaced: set[str], day: date) -> State:
    if defects is None:
        return "elsewhere"
    if defects:
        return "refused"
    if waiver.id in replaced:
        return "superseded"
    if day < waiver.approved_at:
        return "not-yet"
    return "expired" if day > waiver.expires_at else "in-force"


def _defects(waiver: Waiver, law: _Law) -> Iterator[tuple[str, str]]:
    """Yield every reason for which a waiver covers nothing, whatever the day."""
    if waiver.id in law.twice:
        yield MALFORMED, f"several files have the id {waiver.id}"
    if waiver.id in law.circular:
        yield MALFORMED, f"{waiver.id} and what it supersedes take the place of one another"
    for other in waiver.supersedes:
        rule = law.rules.get(other, waiver.rule)
        if rule != waiver.rule:
            yield MALFORMED, f"a waiver of {waiver.rule} cannot take the place of {other}, which is one of {rule}"
    if any(_same_role(approver, waiver.requested_by) for approver in waiver.approved_by):
        yield SELF_APPROVED, f"{waiver.requested_by} asked for the waiver and is among those who approved it"
    statement = law.statements.get(waiver.rule)
    if statement is None:
        yield MALFORMED, f"there is no rule {waiver.rule}"
    elif statement.reach == "nothing":
        yield MALFORMED, f"{waiver.rule} cannot be waived"
    else:
        yield from _excess(waiver, statement, law.policy)


def _excess(waiver: Waiver, statement: Statement, policy: Policy) -> Iterator[tuple[str, str]]:
    if not _is_narrow(waiver.scope, statement.reach):
        yield OVER_WIDE, f"the scope of a waiver of {waiver.rule} must name {NARROWER[statement.reach]}"
    severity = statement.severity_under(policy)
    longest = {
        "error": policy.waiver_days.error,
        "warning": policy.waiver_days.warning,
        "info": policy.waiver_days.info,
    }
    days = (waiver.expires_at - waiver.approved_at).days
    if days > longest[severity]:
        yield (
            TOO_LONG,
            (
                f"the waiver is in force for {counted(days, 'day')}, and the policy allows {longest[severity]} for a "
                f"rule of severity {severity}"
            ),
        )


def _is_narrow(scope: WaiverScope, reach: Reach) -> bool:
    """Whether a scope names what a rule of ``reach`` demands."""
    exact = scope.purl is not None and "@" in scope.purl
    match reach:
        case "interpreter":
            return scope.interpreter is not None
        case "target":
            return (scope.interpreter, scope.platform, scope.purl, scope.sha256) != (None, None, None, None)
        case "package":
            return scope.purl is not None or scope.sha256 is not None
        case "artifact":
            return exact or scope.sha256 is not None
        case "bytes":
            return scope.sha256 is not None
        case "nothing":
            return False


def _is_for(scope: WaiverScope, service: str) -> bool:
    """Whether a scope is about ``service``; names compare as those of projects do (PEP 503).

    Letters beyond ASCII are compared as they are: the sign of the kelvin is no k.
    """
    if scope.service is None or scope.service == service:
        return True
    from packaging.utils import canonicalize_name

    return f"{scope.service}{service}".isascii() and canonicalize_name(scope.service) == canonicalize_name(service)


def _same_role(one: str, other: str) -> bool:
    """Whether two texts may be one role or handle: what one of them leaves out makes no difference.

    ``@Team``, ``team``, ``acme/team`` and ``team+x@example.org`` are one; ``acme/team`` and ``other/team`` are two, as
    are the same name at two domains.
    """
    (group, name, domain), (other_group, other_name, other_domain) = _parts(one), _parts(other)
    if domain and other_domain and domain != other_domain:
        return False
    if name == other_name:
        return not group or not other_group or group == other_group
    return f"{group}{name}" == f"{other_group}{other_name}"


def _parts(role: str) -> tuple[str, str, str]:
    """Return group, name and domain of a role, without what tells nobody apart: case, blanks, marks and ``+tags``."""
    local, _, domain = role.casefold().lstrip("@").partition("@")
    group, _, name = local.partition("+")[0].rpartition("/")
    return _letters(group), _letters(name), _letters(domain)


def _letters(text: str) -> str:
    return "".join(each for each in text if each.isalnum())
