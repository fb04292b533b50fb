"""AT004: not signed by whom the policy expects."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import DEMO, NOT_ATTESTED, holding, verified
from uplock.model.identity import ExpectedPublisher
from uplock.model.policy import Policy
from uplock.model.results import CircleCI, GitHub, Google, Other, Publisher


def expecting(*publishers: Publisher, file: str = "publishers.toml", **claims: str) -> Policy:
    pairs = tuple(sorted((name.replace("_", "-"), value) for name, value in claims.items()))
    return Policy(
        publishers=tuple(
            ExpectedPublisher(package="demo", publisher=each, claims=pairs, file=file) for each in publishers
        )
    )


TAGS = {"ref": "refs/tags/*"}
ANY = Other(identity="https://ci.example.org/*", issuer="https://ci.example.org")
PYPI = GitHub(repository="owner/demo", workflow="release.yml", environment="release")

PIPELINE = CircleCI(project_id="p", pipeline_definition_id="d")
OF_ORIGIN = CircleCI(project_id="p", pipeline_definition_id="d", vcs_origin="github.com/owner/demo")
OF_TAG = CircleCI(project_id="p", pipeline_definition_id="d", vcs_ref="refs/tags/v1")
FORK = CircleCI(project_id="p", pipeline_definition_id="d", vcs_origin="github.com/evil/demo")

SPEAKS: dict[str, Case] = {
    "a branch instead of a tag": Case(
        holding(verified(ref="refs/heads/main")),
        expecting(DEMO, **TAGS),
        says="demo-2.0-py3-none-any.whl is signed by GitHub owner/demo (release.yml), and publishers.toml expects "
        "GitHub owner/demo (release.yml): the ref is refs/heads/main, expected refs/tags/*",
        findings=1,
    ),
    "a ref that nobody vouches for": Case(
        holding(verified()), expecting(DEMO, **TAGS), says="its certificate does not say the ref"
    ),
    "another repository": Case(
        holding(verified(GitHub(repository="evil/demo", workflow="release.yml"))),
        expecting(DEMO, file=""),
        says="and the policy expects GitHub owner/demo (release.yml): it is signed by somebody else",
    ),
    "another workflow": Case(
        holding(verified(GitHub(repository="owner/demo", workflow="test.yml"))),
        expecting(DEMO),
        says="the workflow is test.yml, expected release.yml",
    ),
    "another environment": Case(
        holding(verified(GitHub(repository="owner/demo", workflow="release.yml", environment="test"))),
        expecting(PYPI),
        says="the environment is test, expected release",
    ),
    "an environment that the certificate does not say": Case(
        holding(verified()), expecting(PYPI), says="its certificate does not say the environment"
    ),
    "another number": Case(
        holding(verified()), expecting(DEMO, repository_id="1"), says="the repository-id is 4711, expected 1"
    ),
    "a fork starts a pipeline of its origin": Case(
        holding(verified(FORK)),
        expecting(OF_ORIGIN),
        says="the repository is github.com/evil/demo, expected github.com/owner/demo",
    ),
    "nobody says what started a pipeline": Case(
        holding(verified(PIPELINE)), expecting(OF_ORIGIN), says="its certificate does not say the repository"
    ),
    "another ref of a pipeline": Case(
        holding(verified(PIPELINE)), expecting(OF_TAG), says="its certificate does not say the ref"
    ),
    "none of several": Case(
        holding(verified()), expecting(Google(email="a@example.org"), Google(email="b@example.org")), says="expects"
    ),
    "a generic policy that somebody else fits not": Case(
        holding(verified(identity="https://ci.example.org/1", issuer="https://evil.example")),
        expecting(ANY),
        says="signed by somebody else",
    ),
}

SILENT: dict[str, Case] = {
    "the expected one": Case(holding(verified(ref="refs/tags/v2")), expecting(DEMO, **TAGS)),
    "any environment": Case(holding(verified(PYPI)), expecting(DEMO)),
    "in another case": Case(
        holding(verified(GitHub(repository="OWNER/demo", workflow="release.yml", environment="Release"))),
        expecting(PYPI),
    ),
    "any start of a pipeline": Case(holding(verified(FORK)), expecting(PIPELINE)),
    "one of several": Case(holding(verified()), expecting(Google(email="a@example.org"), DEMO)),
    "a generic policy": Case(
        holding(verified(identity="https://ci.example.org/1", issuer="https://ci.example.org")), expecting(ANY)
    ),
    "nobody is expected": Case(holding(verified())),
    "not attested": Case(holding(NOT_ATTESTED), expecting(DEMO)),
}
