"""AT003: somebody else signs."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import DEMO, NOT_ATTESTED, holding, known, verified
from uplock.model.identity import ExpectedPublisher
from uplock.model.policy import Policy
from uplock.model.results import CircleCI, Email, GitHub, GitLab, Google, Other, Publisher

EVIL = GitHub(repository="evil/demo", workflow="release.yml")
OTHERS: tuple[Publisher, ...] = (
    GitLab(repository="owner/demo", workflow_filepath="release.yml"),
    Google(email="robot@example.org"),
    Email(email="me@example.org", issuer="https://accounts.example.org"),
    Other(identity="https://ci.example.org/1", issuer="https://ci.example.org"),
)

ORIGIN = CircleCI(project_id="p", pipeline_definition_id="d", vcs_origin="github.com/owner/demo")
FORK = CircleCI(project_id="p", pipeline_definition_id="d", vcs_origin="github.com/evil/demo")
NO_ORIGIN = CircleCI(project_id="p", pipeline_definition_id="d")

SPEAKS: dict[str, Case] = {
    "another repository": Case(
        holding(verified(EVIL, repository_id="1", owner_id="2"), known()),
        says="demo-2.0-py3-none-any.whl is signed by GitHub evil/demo (release.yml), and demo was signed by "
        "GitHub owner/demo (release.yml) before",
        findings=1,
    ),
    "without ids nobody knows that it is the same": Case(
        holding(verified(EVIL, repository_id="", owner_id=""), known()), says="signed by GitHub evil/demo"
    ),
    "the owner's other repository": Case(
        holding(verified(GitHub(repository="owner/other", workflow="release.yml"), repository_id="1"), known()),
        says="signed by GitHub owner/other",
    ),
    "a fork starts a pipeline of its origin": Case(
        holding(verified(FORK), known(ORIGIN)),
        says="signed by CircleCI project p from github.com/evil/demo (d), and demo was signed by CircleCI project p "
        "from github.com/owner/demo (d) before",
    ),
    "nobody says any more what started a pipeline": Case(
        holding(verified(NO_ORIGIN), known(ORIGIN)), says="signed by CircleCI project p (d)"
    ),
    **{
        f"another service, {type(each).__name__}": Case(holding(verified(each), known()), says="was signed by GitHub")
        for each in OTHERS
    },
}

SILENT: dict[str, Case] = {
    "the same": Case(holding(verified(), known())),
    "in another case": Case(holding(verified(GitHub(repository="Owner/Demo", workflow="release.yml")), known())),
    "nobody known": Case(holding(verified(EVIL))),
    "of another package": Case(holding(verified(EVIL), known(package="other"))),
    "not attested": Case(holding(NOT_ATTESTED, known())),
    "one of several": Case(holding(verified(EVIL), known(EVIL), known())),
    "expected by name": Case(
        holding(verified(EVIL, repository_id="1"), known()),
        Policy(publishers=(ExpectedPublisher(package="demo", publisher=EVIL),)),
    ),
    "a pipeline of which was not known what started it": Case(holding(verified(ORIGIN), known(NO_ORIGIN))),
    "renamed": Case(holding(verified(EVIL), known(DEMO))),
}
