"""AT009: a repository was renamed."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import holding, known, verified
from uplock.model.results import GitHub, GitLab

MOVED = GitHub(repository="new-owner/demo", workflow="release.yml")

SPEAKS: dict[str, Case] = {
    "moved to another owner": Case(
        holding(verified(MOVED, owner_id="43"), known()),
        says="demo-2.0-py3-none-any.whl is signed by GitHub new-owner/demo (release.yml), which was GitHub owner/demo "
        "(release.yml) before: the numeric id of the repository is the same",
        findings=1,
    ),
    "renamed": Case(
        holding(verified(GitHub(repository="owner/demo2", workflow="release.yml")), known()), says="owner/demo2"
    ),
}

SILENT: dict[str, Case] = {
    "the same name": Case(holding(verified(), known())),
    "another number": Case(holding(verified(MOVED, repository_id="1"), known())),
    "the same number at another service": Case(
        holding(verified(GitLab(repository="owner/demo", workflow_filepath="release.yml")), known())
    ),
    "known by the new name as well": Case(holding(verified(MOVED), known(), known(MOVED))),
}
