from __future__ import annotations

import json
from typing import Any

import pytest

from uplock.attest.certificate import Identity
from uplock.attest.publisher import common, described, parse_publisher, require
from uplock.attest.refusal import AttestationError
from uplock.errors import UsageError
from uplock.model.results import Email, GitHub, GitLab, Google, Other, Publisher

ISSUER = "https://issuer.example"
GITHUB = {"kind": "GitHub", "repository": "octo/shop", "workflow": "release.yml"}
GITLAB = {"kind": "GitLab", "repository": "group/sub/shop", "workflow_filepath": "ci/release.yml"}


def _github(environment: str | None = None) -> Identity:
    url = "https://github.com/octo/shop"
    claims = {
        "issuer": "https://token.actions.githubusercontent.com",
        "repository": url,
        "build-config": f"{url}/.github/workflows/release.yml@refs/heads/main",
        "ref": "refs/heads/main",
    }
    if environment is not None:
        claims["environment"] = environment
    return Identity(name=claims["build-config"], email=False, claims=tuple(sorted(claims.items())))


def _gitlab(environment: str | None = None) -> Identity:
    url = "https://gitlab.com/group/sub/shop"
    claims = {
        "issuer": "https://gitlab.com",
        "repository": url,
        "build-config": f"{url}//ci/release.yml@refs/heads/main",
        "ref": "refs/heads/main",
    }
    if environment is not None:
        claims["environment"] = environment
    return Identity(name=claims["build-config"], email=False, claims=tuple(sorted(claims.items())))


def _holds(expected: Publisher, identity: Identity) -> bool:
    refused = None
    try:
        require(expected, identity)
    except AttestationError as error:
        refused = error.failure
    assert refused in {None, "identity-mismatch"}
    return refused is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (GITHUB, GitHub(repository="octo/shop", workflow="release.yml")),
        ({**GITHUB, "environment": "pypi"}, GitHub(repository="octo/shop", workflow="release.yml", environment="pypi")),
        ({**GITHUB, "environment": ""}, GitHub(repository="octo/shop", workflow="release.yml")),
        ({**GITHUB, "environment": None, "claims": None}, GitHub(repository="octo/shop", workflow="release.yml")),
        (GITLAB, GitLab(repository="group/sub/shop", workflow_filepath="ci/release.yml")),
        ({"kind": "Google", "email": "a@example.org"}, Google(email="a@example.org")),
        ({"kind": "Email", "email": "a@example.org", "issuer": ISSUER}, Email(email="a@example.org", issuer=ISSUER)),
        ({"kind": "Other", "identity": "x", "issuer": ISSUER}, Other(identity="x", issuer=ISSUER)),
    ],
)
def test_a_publisher_is_parsed_as_the_specification_writes_it(given: dict[str, Any], expected: Publisher) -> None:
    assert parse_publisher(json.dumps(given)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GitHub",
        "{",
        "[]",
        "null",
        "{}",
        "\ud800",
        '{"kind": "github", "repository": "octo/shop", "workflow": "release.yml"}',
        '{"kind": "ActiveState"}',
        '{"kind": "GitHub", "repository": "octo/shop"}',
        '{"kind": "GitHub", "repository": "octo/shop", "workflow": 1}',
        '{"kind": "GitHub", "repository": "octo/shop", "workflow": "a.yml", "workflow": "b.yml"}',
        '{"kind": "GitHub", "repository": "octo/shop", "workflow": "a.yml", "enviroment": "pypi"}',
        '{"kind": "GitHub", "repository": "octo/shop", "workflow": "a.yml", "claims": {"reference": "x"}}',
        '{"kind": "GitHub", "repository": "octo/shop", "workflow": "a.yml", "environment": []}',
        '{"kind": "GitHub", "repository": "shop", "workflow": "a.yml"}',
        '{"kind": "GitHub", "repository": "octo/", "workflow": "a.yml"}',
        '{"kind": "GitHub", "repository": "https://github.com/octo/shop", "workflow": "a.yml"}',
        '{"kind": "GitHub", "repository": "octo/shop", "workflow": ".github/workflows/a.yml"}',
        '{"kind": "GitHub", "repository": "octo/shop", "workflow": ""}',
        '{"kind": "GitLab", "repository": "shop", "workflow_filepath": "a.yml"}',
        '{"kind": "GitLab", "repository": "group//shop", "workflow_filepath": "a.yml"}',
        '{"kind": "GitLab", "repository": "group/shop", "workflow_filepath": ""}',
        '{"kind": "Google", "email": "nobody"}',
        '{"kind": "Email", "email": "nobody", "issuer": "https://issuer.example"}',
        '{"kind": "Other", "identity": "", "issuer": "https://issuer.example"}',
        '{"kind": "Other", "identity": "x", "issuer": ""}',
    ],
)
def test_a_publisher_that_no_certificate_could_match_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_publisher(text)
    assert caught.value.context == "--publisher"
    assert "PEP 740" in caught.value.remedy


def test_the_defect_of_a_publisher_is_named_without_our_wrapping() -> None:
    with pytest.raises(UsageError) as caught:
        parse_publisher('{"kind": "GitHub", "repository": "octo/shop"}')

    assert "workflow" in caught.value.message
    assert "$.publisher" not in caught.value.message


@pytest.mark.parametrize("environment", [None, "pypi", "PyPI"])
def test_github_names_are_compared_without_case(environment: str | None) -> None:
    expected = GitHub(repository="OCTO/Shop", workflow="release.yml", environment=environment)

    assert _holds(expected, _github("pypi"))
    assert _holds(expected, _github())


def test_everything_else_at_github_is_compared_exactly() -> None:
    assert not _holds(GitHub(repository="octo/shop", workflow="Release.yml"), _github())
    assert not _holds(GitHub(repository="octo/shop2", workflow="release.yml"), _github())
    assert not _holds(GitHub(repository="octo/shop", workflow="release.yml", environment="test"), _github("pypi"))
    assert not _holds(GitLab(repository="octo/shop", workflow_filepath="release.yml"), _github())


def test_gitlab_is_compared_exactly() -> None:
    same = GitLab(repository="group/sub/shop", workflow_filepath="ci/release.yml")

    assert _holds(same, _gitlab())
    assert _holds(same, _gitlab("prod"))
    assert _holds(GitLab(repository=same.repository, workflow_filepath="ci/release.yml", environment="x"), _gitlab())
    assert not _holds(
        GitLab(repository=same.repository, workflow_filepath="ci/release.yml", environment="Prod"), _gitlab("prod")
    )
    assert not _holds(GitLab(repository="Group/sub/shop", workflow_filepath="ci/release.yml"), _gitlab())
    assert not _holds(GitLab(repository=same.repository, workflow_filepath="release.yml"), _gitlab())


def test_name_and_issuer_are_a_policy_for_any_certificate() -> None:
    workflow = _github()
    person = Identity(name="a@example.org", email=True, claims=(("issuer", "https://accounts.google.com"),))

    assert _holds(Other(identity=workflow.name, issuer=workflow.issuer), workflow)
    assert not _holds(Other(identity=workflow.name, issuer=ISSUER), workflow)
    assert _holds(Email(email="a@example.org", issuer=person.issuer), person)
    assert _holds(Google(email="a@example.org"), person)
    assert not _holds(Google(email="b@example.org"), person)


def test_an_empty_environment_in_a_certificate_is_none() -> None:
    assert _holds(GitHub(repository="octo/shop", workflow="release.yml", environment="pypi"), _github(""))


def test_one_publisher_speaks_for_all_only_without_contradiction() -> None:
    one, other = Google(email="a@example.org"), Google(email="b@example.org")
    bare = GitLab(repository="g/p", workflow_filepath="x")
    prod = GitLab(repository="g/p", workflow_filepath="x", environment="prod")

    assert common([one, one]) == one
    assert common([prod, prod]) == prod
    assert common([prod, bare]) == bare
    with pytest.raises(AttestationError, match="another"):
        common([one, other])


@pytest.mark.parametrize(
    ("publisher", "words"),
    [
        (GitHub(repository="o/r", workflow="w.yml"), 'workflow "w.yml" of "o/r" at GitHub'),
        (
            GitLab(repository="g/p", workflow_filepath="c.yml", environment="e"),
            'pipeline "c.yml" of "g/p" at GitLab in environment "e"',
        ),
        (Google(email="a@example.org"), '"a@example.org" at Google'),
        (Email(email="a@example.org", issuer=ISSUER), f'"a@example.org" known to "{ISSUER}"'),
        (Other(identity="\x1b[31m" + "x" * 200, issuer=ISSUER), f'"\ufffd[31m{"x" * 115}…" known to "{ISSUER}"'),
    ],
)
def test_publishers_are_described_in_printable_words(publisher: Publisher, words: str) -> None:
    assert described(publisher) == words
