"""AT006: another workflow of the same repository."""

from __future__ import annotations

from support.rule_cases import Case
from support.signed import DEMO, holding, known, verified
from uplock.model.results import CircleCI, GitHub, GitLab, Google

PYPI = GitHub(repository="owner/demo", workflow="release.yml", environment="release")
PIPELINE = GitLab(repository="group/demo", workflow_filepath=".gitlab-ci.yml")
PROJECT = CircleCI(project_id="p", pipeline_definition_id="1")

SPEAKS: dict[str, Case] = {
    "another workflow": Case(
        holding(verified(GitHub(repository="owner/demo", workflow="test.yml")), known()),
        says="demo-2.0-py3-none-any.whl is signed by GitHub owner/demo (test.yml), and demo was signed by "
        "GitHub owner/demo (release.yml) before",
        findings=1,
    ),
    "another environment": Case(
        holding(verified(GitHub(repository="owner/demo", workflow="release.yml", environment="test")), known(PYPI)),
        says="(release.yml, environment test)",
    ),
    "an environment that is gone": Case(
        holding(verified(DEMO), known(PYPI)), says="was signed by GitHub owner/demo (release.yml, environment release)"
    ),
    "another file of a pipeline": Case(
        holding(verified(GitLab(repository="group/demo", workflow_filepath="ci.yml")), known(PIPELINE)), says="ci.yml"
    ),
    "another pipeline definition": Case(
        holding(verified(CircleCI(project_id="p", pipeline_definition_id="2")), known(PROJECT)), says="(2), and"
    ),
}

SILENT: dict[str, Case] = {
    "the same": Case(holding(verified(), known())),
    "one of several": Case(
        holding(verified(), known(GitHub(repository="owner/demo", workflow="test.yml")), known(DEMO))
    ),
    "an environment where none was known": Case(holding(verified(PYPI), known(DEMO))),
    "an account has no workflow": Case(
        holding(verified(Google(email="a@example.org")), known(Google(email="a@example.org")))
    ),
}
