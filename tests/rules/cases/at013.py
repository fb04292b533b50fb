"""AT013: a denied publisher."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import NOT_ATTESTED, holding, verified
from uplock.model.identity import ClaimsPattern
from uplock.model.policy import Policy
from uplock.model.results import GitHub

EVIL = GitHub(repository="evil/demo", workflow="release.yml")
REPOSITORY = "https://github.com/evil/demo"


def denying(**claims: str) -> Policy:
    pairs = tuple(sorted((name.replace("_", "-"), value) for name, value in claims.items()))
    return Policy(denied_publishers=(ClaimsPattern(claims=pairs),))


SPEAKS: dict[str, Case] = {
    "an owner's repositories": Case(
        holding(verified(EVIL, repository=REPOSITORY)),
        denying(repository="https://github.com/evil/*"),
        says="demo-2.0-py3-none-any.whl is signed by GitHub evil/demo (release.yml), which the policy denies: "
        "repository https://github.com/evil/*",
        findings=1,
    ),
    "in another case": Case(
        holding(verified(EVIL, repository=REPOSITORY)), denying(repository="https://github.com/EVIL/*"), says="denies"
    ),
    "a number": Case(holding(verified(EVIL)), denying(owner_id="42"), says="owner-id 42"),
    "all patterns of an entry": Case(
        holding(verified(EVIL, runner_environment="self-hosted")),
        denying(owner_id="42", runner_environment="self-hosted"),
        says="runner-environment self-hosted",
    ),
}

SILENT: dict[str, Case] = {
    "somebody else": Case(holding(verified(EVIL, repository=REPOSITORY)), denying(owner_id="1")),
    "one pattern of two": Case(
        holding(verified(EVIL, runner_environment="github-hosted")),
        denying(owner_id="42", runner_environment="self-hosted"),
    ),
    "a claim that the certificate does not make": Case(holding(verified(EVIL)), denying(visibility="*")),
    "nobody is denied": Case(holding(verified(EVIL))),
    "not attested": Case(holding(NOT_ATTESTED), denying(owner_id="*")),
}
