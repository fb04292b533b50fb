"""Attack: a genuine certificate whose owner tries to look like somebody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.x509 import UniformResourceIdentifier

from support.attestations import attested, failure, verify
from support.private_sigstore import GITHUB_ISSUER, Signer, github, gitlab, person, provenance
from uplock.model.results import Email, GitHub, GitLab, Google, Other, Publisher, Verified

SHOP = GitHub(repository="octo/shop", workflow="release.yml")
URL = "https://github.com/octo/shop"


def _reported(signer: Signer) -> Publisher:
    result = verify(attested(signer))
    assert isinstance(result, Verified), result
    return result.publisher


@pytest.mark.parametrize(
    "signer",
    [
        github().claiming(_8="https://issuer.example"),
        github().claiming(_8=GITHUB_ISSUER + "/octo"),
        github().claiming(_8="https://gitlab.com"),
        github().claiming(_12="https://github.com/mallory/shop"),
        github().claiming(_12="https://github.example/octo/shop"),
        github().claiming(_12=None),
        github().claiming(_18=None),
        github().claiming(_13=None, _14=None),
        github().claiming(_13=None, _14=None, _18=f"{URL}/.github/workflows/release.yml@None"),
        github().claiming(
            _12="https://github.example/octo/shop",
            _18="https://github.example/octo/shop/.github/workflows/release.yml@refs/tags/v1.0",
        ),
        github().claiming(_14="refs/heads/other"),
        github().claiming(_18=f"{URL}/.github/workflows/@refs/tags/v1.0"),
        github().claiming(_18=f"{URL}/.github/workflows/release.yml"),
        github().claiming(_18=f"{URL}/.github/workflows/sub/release.yml@refs/tags/v1.0"),
        github().claiming(_18=f"{URL}-mallory/.github/workflows/release.yml@refs/tags/v1.0"),
    ],
)
def test_claims_that_do_not_agree_make_no_workflow(signer: Signer) -> None:
    publisher = _reported(signer)

    assert isinstance(publisher, Other)
    assert failure(verify(attested(signer), SHOP)) == "identity-mismatch"


def test_a_name_like_a_workflow_proves_nothing_from_another_issuer() -> None:
    name = UniformResourceIdentifier(f"{URL}/.github/workflows/release.yml@refs/tags/v1.0")
    fake = Signer(name=name, claims={8: "https://issuer.example"})

    assert _reported(fake) == Other(identity=name.value, issuer="https://issuer.example")


def test_a_tag_that_contains_a_workflow_does_not_shift_the_border() -> None:
    ref = "refs/tags/x/.github/workflows/release.yml@refs/tags/v1.0"
    signer = github("mallory/shop").claiming(
        _14=ref, _18=f"https://github.com/mallory/shop/.github/workflows/evil.yml@{ref}"
    )

    assert _reported(signer) == GitHub(repository="mallory/shop", workflow="evil.yml")


def test_the_commit_stands_in_where_there_is_no_ref() -> None:
    signer = github().claiming(_14=None, _18=f"{URL}/.github/workflows/release.yml@{'c' * 40}")

    assert _reported(signer) == SHOP


def test_a_reusable_workflow_is_reported_as_the_workflow_that_called_it() -> None:
    called = "https://github.com/shared/actions/.github/workflows/publish.yml@refs/tags/v9"
    signer = replace(github(), name=UniformResourceIdentifier(called))

    assert _reported(signer) == SHOP


def test_every_kind_of_publisher_is_told_from_the_certificate() -> None:
    assert _reported(github(environment="pypi")) == GitHub(
        repository="octo/shop", workflow="release.yml", environment="pypi"
    )
    assert _reported(gitlab()) == GitLab(repository="group/sub/shop", workflow_filepath=".gitlab-ci.yml")
    assert _reported(person("a@example.org", "https://accounts.google.com")) == Google(email="a@example.org")
    assert _reported(person("a@example.org", "https://issuer.example")) == Email(
        email="a@example.org", issuer="https://issuer.example"
    )


def test_the_same_address_at_another_issuer_is_somebody_else() -> None:
    document = attested(person("a@example.org", "https://issuer.example"))

    assert failure(verify(document, Google(email="a@example.org"))) == "identity-mismatch"
    assert failure(verify(document, Email(email="a@example.org", issuer="https://other.example"))) == (
        "identity-mismatch"
    )


def test_a_certificate_that_says_another_environment_is_refused() -> None:
    staged = attested(github(environment="staging"))

    assert failure(verify(staged, GitHub(repository="octo/shop", workflow="release.yml", environment="pypi"))) == (
        "identity-mismatch"
    )
    assert isinstance(verify(staged, SHOP), Verified)


def test_two_publishers_for_one_file_speak_for_nobody() -> None:
    document = provenance([attested()], [attested(github("mallory/shop"))])

    assert failure(verify(document)) == "identity-mismatch"
    assert failure(verify(document, SHOP)) == "identity-mismatch"


def test_an_environment_counts_only_if_every_attestation_has_it() -> None:
    both = provenance([attested(github(environment="pypi")), attested(github(environment="pypi"))])
    one = provenance([attested(github(environment="pypi")), attested()])

    for document, environment in ((both, "pypi"), (one, None)):
        result = verify(document)
        assert isinstance(result, Verified)
        assert isinstance(result.publisher, GitHub)
        assert result.publisher.environment == environment
