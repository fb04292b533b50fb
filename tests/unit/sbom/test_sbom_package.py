from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from support.sboms import aggregates, component, make_sbom_subject, properties, read, references, wheel, with_metadata
from support.subjects import digest_for, make_artifact_results, make_package
from uplock.model.lock import BuiltFrom, LockedPackage
from uplock.model.results import ArtifactResults
from uplock.model.value import changed
from uplock.sbom.package import MAX_LINKS
from uplock.sbom.validate import validate_sbom

FILE = "demo-1.0-py3-none-any.whl"


def demo(package: LockedPackage | None = None, results: ArtifactResults | None = None) -> dict[str, Any]:
    return component(read(make_sbom_subject((package or wheel(), results or make_artifact_results()))), "demo")


def at(url: str) -> LockedPackage:
    package = wheel()
    return changed(package, artifact=changed(package.artifact, url=url))


def test_a_package_is_known_by_the_purl_that_names_its_file() -> None:
    found = demo()
    assert found["purl"] == f"pkg:pypi/demo@1.0?file_name={FILE}"
    assert found["bom-ref"] == found["purl"]
    assert (found["type"], found["name"], found["version"]) == ("library", "demo", "1.0")


def test_both_digests_of_the_file_stand_on_the_component_and_on_its_distribution() -> None:
    found = demo()
    digests = [{"alg": "SHA-256", "content": digest_for(FILE)}, {"alg": "SHA-512", "content": "0" * 128}]
    (distribution,) = references(found, "distribution")
    assert found["hashes"] == digests
    assert distribution["hashes"] == digests
    assert distribution["url"] == f"https://index.example/{FILE}"


@pytest.mark.parametrize(
    "url",
    [
        f"file:///home/me/{FILE}",
        f"/home/me/{FILE}",
        f"https://me:secret@index.example/{FILE}",
        f"https://index.example/{FILE}?token=secret",
    ],
)
def test_a_file_whose_place_must_not_be_told_goes_by_its_name(url: str) -> None:
    found = demo(at(url))
    (distribution,) = references(found, "distribution")
    assert distribution["url"] == FILE
    assert len(properties(found, "uplock:omitted")) == 1


def test_what_the_lock_says_of_the_wheel_is_there() -> None:
    package = changed(wheel(), requires_python=">=3.9")
    uploaded = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    found = demo(changed(package, artifact=changed(package.artifact, upload_time=uploaded)))
    assert properties(found, "uplock:wheel:tag") == ["py3-none-any"]
    assert properties(found, "uplock:wheel:upload-time") == ["2026-01-02T03:04:05+00:00"]
    assert properties(found, "uplock:requires-python") == [">=3.9"]
    assert properties(found, "uplock:wheel:size") == ["1"]


def test_a_tag_is_found_behind_a_build_number() -> None:
    name = "demo-1.0-2-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
    found = demo(wheel(name), make_artifact_results(name))
    assert properties(found, "uplock:wheel:tag") == ["cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64"]


def test_an_sdist_is_described_as_one_and_claims_no_wheel_tag() -> None:
    name = "demo-1.0.tar.gz"
    package = changed(wheel(name), name="demo", version="1.0")
    uploaded = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    package = changed(package, artifact=changed(package.artifact, upload_time=uploaded))
    results = changed(make_artifact_results(FILE), filename=name, sha256=package.artifact.sha256)
    tree = read(make_sbom_subject((package, results)))
    found = component(tree, "demo")
    assert found["purl"] == f"pkg:pypi/demo@1.0?file_name={name}"
    (distribution,) = references(found, "distribution")
    assert distribution["url"] == f"https://index.example/{name}"
    assert distribution["hashes"][0] == {"alg": "SHA-256", "content": package.artifact.sha256}
    assert not [each["name"] for each in found["properties"] if each["name"].startswith("uplock:wheel:")]
    assert properties(found, "uplock:sdist:upload-time") == ["2026-01-02T03:04:05+00:00"]
    assert properties(found, "uplock:sdist:size") == ["1"]
    assert aggregates(tree, "assemblies", found["bom-ref"]) == {"unknown"}
    assert validate_sbom(json.dumps(tree).encode()) == ()


def test_project_urls_are_referred_to_by_what_their_labels_mean() -> None:
    urls = (
        ("Homepage", "https://demo.example/"),
        ("Source Code", "https://code.example/demo"),
        ("Bug-Tracker", "https://code.example/demo/issues"),
        ("What's new", "https://demo.example/new"),
        ("docs", "https://docs.example/"),
        ("Sponsor", "https://money.example/"),
    )
    found = demo(results=with_metadata(project_urls=urls))
    kinds = {each["url"]: each["type"] for each in found["externalReferences"] if each["type"] != "attestation"}
    assert kinds == {
        "https://demo.example/": "website",
        "https://code.example/demo": "vcs",
        "https://code.example/demo/issues": "issue-tracker",
        "https://demo.example/new": "release-notes",
        "https://docs.example/": "documentation",
        "https://money.example/": "other",
        f"https://index.example/{FILE}": "distribution",
    }


def test_a_project_url_that_is_none_is_noted() -> None:
    found = demo(results=with_metadata(project_urls=(("Homepage", "UNKNOWN"),)))
    assert references(found, "website") == []
    assert properties(found, "uplock:omitted") == ["project URL: not a plain HTTP URL"]


def test_no_more_project_urls_are_given_than_the_bound() -> None:
    urls = tuple((f"Link {number}", f"https://demo.example/{number}") for number in range(MAX_LINKS + 1))
    found = demo(results=with_metadata(project_urls=urls))
    assert len(references(found, "other")) == MAX_LINKS
    assert properties(found, "uplock:omitted") == [f"project URLs: only the first {MAX_LINKS}"]


def test_summary_people_and_homepage_describe_the_package() -> None:
    found = demo(
        results=with_metadata(
            summary="A demo",
            author="Jane Doe",
            author_email="jane@example.org",
            project_urls=(("Homepage", "https://demo.example/"),),
        )
    )
    jane = {"name": "Jane Doe", "email": "jane@example.org"}
    assert found["description"] == "A demo"
    assert found["authors"] == [jane]
    assert found["supplier"] == {"name": "Jane Doe", "contact": [jane], "url": ["https://demo.example/"]}


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert not {"description", "authors", "supplier", "licenses", "evidence", "components"} & demo().keys()


def test_the_name_stands_as_the_lock_has_it() -> None:
    package = changed(wheel("zope_interface-7.0-py3-none-any.whl"), name="zope-interface")
    tree = read(make_sbom_subject((package, None)))
    assert component(tree, "zope-interface")["purl"].startswith("pkg:pypi/zope-interface@7.0?")


def test_a_wheel_that_was_built_here_names_the_sdist_that_the_index_has() -> None:
    sdist = make_package("demo-1.0.tar.gz", name="demo", version="1.0").artifact
    package = changed(wheel(), built_from=BuiltFrom(sdist=sdist))
    found = component(read(make_sbom_subject((package, make_artifact_results()))), "demo")
    (source,) = references(found, "source-distribution")
    assert source == {
        "type": "source-distribution",
        "url": "https://index.example/demo-1.0.tar.gz",
        "hashes": [{"alg": "SHA-256", "content": sdist.sha256}],
    }
    (chosen,) = references(found, "distribution")
    assert [each["alg"] for each in chosen["hashes"]] == ["SHA-256", "SHA-512"]


def test_what_is_odd_about_the_locked_file_is_said() -> None:
    package = changed(wheel(), yanked="", hashed_here=True)
    found = component(read(make_sbom_subject((package, None))), "demo")
    assert properties(found, "uplock:yanked") == ["no reason given"]
    assert properties(found, "uplock:hashed-here") == ["true"]
