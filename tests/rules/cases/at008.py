"""AT008: the name of a repository was taken over."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import DEMO, holding, known, verified
from uplock.model.identity import ExpectedPublisher
from uplock.model.policy import Policy
from uplock.model.results import GitHub

SPEAKS: dict[str, Case] = {
    "another repository of the same name": Case(
        holding(verified(repository_id="1"), known()),
        says="demo-2.0-py3-none-any.whl is signed by GitHub owner/demo (release.yml), and this name belongs to another "
        "repository or owner than before: their numeric ids differ",
        findings=1,
    ),
    "another owner of the same name": Case(holding(verified(owner_id="1"), known()), says="numeric ids differ"),
    "a certificate that leaves its numbers out": Case(
        holding(verified(repository_id="", owner_id=""), known()), says="numeric ids differ"
    ),
    "with another workflow as well": Case(
        holding(verified(GitHub(repository="owner/demo", workflow="x.yml"), repository_id="1"), known()), says="x.yml"
    ),
}

SILENT: dict[str, Case] = {
    "the same numbers": Case(holding(verified(), known())),
    "another name": Case(holding(verified(GitHub(repository="a/b", workflow="c.yml"), repository_id="1"), known())),
    "expected by name": Case(
        holding(verified(repository_id="1"), known()),
        Policy(publishers=(ExpectedPublisher(package="demo", publisher=DEMO),)),
    ),
}
