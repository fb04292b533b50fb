"""AT001: what is not attested and what is unchecked, kept short."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import NOTHING, UNCHECKED, make_artifact_results, make_subject
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults, Invalid, NotAttested, Unchecked, Verification

ABSENT = NotAttested(detail="the index has no provenance for this file")
INVALID = Invalid(failure="bad-signature", detail="the signature is over other bytes", document=NOTHING)
TWELVE = (
    *("redis", "kombu", "amqp", "billiard", "celery", "click"),
    *("flask", "itsdangerous", "jinja2", "markupsafe", "vine", "werkzeug"),
)


def wheel(name: str, verification: Verification) -> ArtifactResults:
    return make_artifact_results(f"{name}-1.0-py3-none-any.whl", verification=verification)


SPEAKS: dict[str, Case] = {
    "a source that offers no provenance": Case(
        make_subject(*(wheel(name, UNCHECKED) for name in TWELVE)),
        says="12 artifacts are unchecked, because the source offers no provenance at all: amqp, billiard, ",
        findings=1,
    ),
    "one finding per reason": Case(
        make_subject(wheel("flask", UNCHECKED), wheel("click", Unchecked(reason="unreachable", detail="timed out"))),
        says="1 artifact is unchecked, because the source of provenance could not be reached: click",
        findings=2,
    ),
    "nobody asked": Case(
        make_subject(wheel("flask", Unchecked(reason="not-asked", detail=""))), says="provenance was not asked for"
    ),
    "a package that the project asks for by name": Case(
        make_subject(wheel("flask", ABSENT), direct=["flask-1.0-py3-none-any.whl"]),
        says="flask-1.0-py3-none-any.whl is not attested: the index has no provenance for this file",
        findings=1,
    ),
    "indirect dependencies share one finding": Case(
        make_subject(*(wheel(name, ABSENT) for name in ("werkzeug", "click"))),
        says="2 artifacts are not attested: click, werkzeug",
        findings=1,
    ),
    "results without a lock count as indirect": Case(
        make_subject(wheel("flask", ABSENT), locked=False), says="1 artifact is not attested: flask"
    ),
    "a policy that demands attestations": Case(
        make_subject(wheel("flask", UNCHECKED)),
        Policy(severities={"AT001": "error"}),
        severity="error",
        says="1 artifact is unchecked",
    ),
}

SILENT: dict[str, Case] = {
    "attestations that hold": Case(make_subject(make_artifact_results())),
    "an attestation that does not hold is for AT002": Case(make_subject(wheel("flask", INVALID))),
}
