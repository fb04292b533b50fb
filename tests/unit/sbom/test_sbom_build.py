"""The document as a whole. Regenerate the golden one: UPLOCK_REGENERATE=1 (see CONTRIBUTING.md)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from support.platforms import target_on
from support.sboms import (
    AT,
    aggregates,
    component,
    edges,
    make_sbom_subject,
    properties,
    read,
    references,
    shop_subject,
    wheel,
    with_metadata,
)
from support.subjects import NOTHING, make_artifact_results
from uplock.model.identity import TrustedRoot
from uplock.model.value import changed
from uplock.sbom.build import build_sbom
from uplock.sbom.validate import validate_sbom

GOLDEN = Path(__file__).parents[3] / "fixtures" / "golden" / "sbom-1.json"


def test_the_golden_document_is_built_byte_for_byte() -> None:
    document = build_sbom(shop_subject())
    if os.environ.get("UPLOCK_REGENERATE"):
        GOLDEN.write_bytes(document)
    assert document == GOLDEN.read_bytes()


def test_a_document_with_one_of_everything_is_valid() -> None:
    assert validate_sbom(build_sbom(shop_subject())) == ()


@pytest.mark.parametrize(
    ("platform", "glibc"),
    [("linux-aarch64-glibc2.17", ["2.17"]), ("linux-x86_64-musl", []), ("macos-arm64", []), ("windows-x86_64", [])],
)
def test_the_glibc_of_a_platform_is_stated_if_it_has_one(platform: str, glibc: list[str]) -> None:
    raw = build_sbom(make_sbom_subject(target=target_on(platform)))
    assert validate_sbom(raw) == ()
    metadata = json.loads(raw)["metadata"]
    assert properties(metadata, "uplock:platform") == [platform]
    assert properties(metadata, "uplock:platform:glibc") == glibc


def test_a_document_without_packages_is_valid() -> None:
    assert validate_sbom(build_sbom(make_sbom_subject())) == ()


@pytest.mark.parametrize("seed", ["1", "2"])
def test_bytes_do_not_depend_on_hash_seed_zone_or_locale(seed: str) -> None:
    code = (
        "import sys; from support.sboms import shop_subject; from uplock.sbom.build import build_sbom;"
        "sys.stdout.buffer.write(build_sbom(shop_subject()))"
    )
    environment = {
        "PATH": os.defpath,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert done.stdout == GOLDEN.read_bytes()


def test_the_order_of_artifacts_and_lifecycles_does_not_show() -> None:
    subject = shop_subject()
    shuffled = changed(subject, artifacts=subject.artifacts[::-1], lifecycles=subject.lifecycles[::-1])
    assert build_sbom(shuffled) == build_sbom(subject)


def test_other_content_gives_another_serial_number() -> None:
    first = read(make_sbom_subject())
    second = read(make_sbom_subject(project_version="1.1"))
    assert first["serialNumber"] != second["serialNumber"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f-]{17}", first["serialNumber"])


def test_the_time_is_that_of_the_subject_in_utc() -> None:
    east = datetime(2026, 11, 23, 21, 0, tzinfo=timezone(timedelta(hours=9)))
    assert read(changed(make_sbom_subject(), timestamp=east))["metadata"]["timestamp"] == "2026-11-23T12:00:00+00:00"


@pytest.fixture
def _tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_tokyo")
def test_a_time_without_zone_is_utc_and_not_that_of_this_machine() -> None:
    naive = AT.replace(tzinfo=None)
    assert naive.astimezone().utcoffset() == timedelta(hours=9)
    assert read(changed(make_sbom_subject(), timestamp=naive))["metadata"]["timestamp"] == AT.isoformat()


def test_the_project_is_an_application_that_is_in_no_index() -> None:
    project = read(make_sbom_subject())["metadata"]["component"]
    assert (project["type"], project["name"], project["version"]) == ("application", "shop", "1.0")
    assert project["purl"] == "pkg:generic/shop@1.0"
    assert "isExternal" not in project


def test_a_project_without_version_has_none() -> None:
    project = read(make_sbom_subject(project_version=None))["metadata"]["component"]
    assert "version" not in project
    assert project["purl"] == "pkg:generic/shop"


def test_the_document_says_what_it_was_made_from_and_by_whom() -> None:
    tree = read(make_sbom_subject())
    metadata = tree["metadata"]
    assert metadata["lifecycles"] == [{"phase": "pre-build"}]
    (tool,) = metadata["tools"]["components"]
    assert (tool["name"], tool["version"]) == ("uplock", "0.1.0")
    assert properties(metadata, "cdx:reproducible") == ["true"]
    assert properties(metadata, "uplock:target") == ["py312-linux-x86_64"]
    assert properties(metadata, "uplock:lock:resolver") == ["uv 0.13.9"]
    (lock,) = references(tree, "build-meta")
    assert lock["url"] == "../locks/pylock.py312-linux-x86_64.toml"
    assert lock["hashes"] == [{"alg": "SHA-256", "content": make_sbom_subject().pylock_sha256}]


def test_an_unnamed_resolver_is_unknown() -> None:
    subject = make_sbom_subject()
    tree = read(changed(subject, lock=changed(subject.lock, resolver="")))
    assert properties(tree["metadata"], "uplock:lock:resolver") == ["unknown"]


def test_edges_are_those_of_the_lock() -> None:
    tree = read(
        make_sbom_subject(
            (wheel("app-1-py3-none-any.whl", needs=("dep",)), make_artifact_results("app-1-py3-none-any.whl")),
            (wheel("dep-2-py3-none-any.whl", direct=False), make_artifact_results("dep-2-py3-none-any.whl")),
        )
    )
    app, dep = component(tree, "app"), component(tree, "dep")
    python = component(tree, "python")["bom-ref"]
    assert edges(tree) == {
        tree["metadata"]["component"]["bom-ref"]: [python, app["bom-ref"]],
        app["bom-ref"]: [dep["bom-ref"]],
        dep["bom-ref"]: [],
        python: [],
    }
    assert properties(app, "uplock:requirement") == ["direct"]
    assert properties(dep, "uplock:requirement") == ["transitive"]
    assert aggregates(tree, "dependencies", "project:shop") == {"complete"}


def test_a_package_that_nobody_asks_for_hangs_on_the_project_and_says_so() -> None:
    tree = read(
        make_sbom_subject(
            (wheel("ring_a-1-py3-none-any.whl", direct=False, needs=("ring-b",)), None),
            (wheel("ring_b-1-py3-none-any.whl", direct=False, needs=("ring-a",)), None),
        )
    )
    rings = [component(tree, "ring-a"), component(tree, "ring-b")]
    assert [properties(each, "uplock:requirement") for each in rings] == [["unexplained"]] * 2
    assert {each["bom-ref"] for each in rings} <= set(edges(tree)["project:shop"])


def test_a_dependency_that_the_lock_does_not_hold_is_named_and_the_graph_is_not_called_complete() -> None:
    subject = make_sbom_subject((wheel(needs=("gone",)), make_artifact_results()))
    tree = read(subject)
    assert properties(tree["metadata"], "uplock:lock:missing") == ["demo needs gone"]
    assert aggregates(tree, "dependencies", "project:shop") == {"incomplete"}
    assert validate_sbom(build_sbom(subject)) == ()


def test_a_package_that_nobody_looked_into_has_what_the_lock_says_and_says_so() -> None:
    demo = component(read(make_sbom_subject((wheel(), None))), "demo")
    assert properties(demo, "uplock:inspected") == ["false"]
    assert properties(demo, "uplock:attestation") == []
    assert [each["alg"] for each in demo["hashes"]] == ["SHA-256"]


def test_results_about_other_files_are_ignored() -> None:
    subject = make_sbom_subject((wheel(), make_artifact_results()))
    more = changed(subject, artifacts=(*subject.artifacts, make_artifact_results("other-1-py3-none-any.whl")))
    assert build_sbom(more) == build_sbom(subject)


def test_references_stay_the_same_when_a_package_is_added() -> None:
    pair = (wheel(), make_artifact_results())
    before = read(make_sbom_subject(pair))
    after = read(make_sbom_subject(pair, (wheel("added-1-py3-none-any.whl"), None)))
    refs = [{each["bom-ref"] for each in tree["components"]} for tree in (before, after)]
    assert refs[1] - refs[0] == {"pkg:pypi/added@1?file_name=added-1-py3-none-any.whl"}
    assert refs[0] < refs[1]


def test_the_library_that_wrote_it_reads_it_back() -> None:
    from cyclonedx.model.bom import Bom

    tree = read(shop_subject())
    again = Bom.from_json(tree)  # type: ignore[attr-defined]
    assert again.serial_number.urn == tree["serialNumber"]
    assert {each.bom_ref.value for each in again.components} == {each["bom-ref"] for each in tree["components"]}
    assert {each.ref.value: len(each.dependencies) for each in again.dependencies} == {
        ref: len(needs) for ref, needs in edges(tree).items()
    }
    (crypto,) = [each for each in again.components if each.name == "crypto"]
    assert {each.name for each in crypto.components} == {"openssl", "zlib"}


def test_names_of_other_scripts_stand_as_they_are() -> None:
    document = build_sbom(make_sbom_subject((wheel(), with_metadata(author="Łukasz 王"))))
    assert "Łukasz 王".encode() in document


def test_a_document_ends_with_a_newline_and_has_sorted_keys() -> None:
    document = build_sbom(shop_subject())
    tree = json.loads(document)
    assert document == json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def test_midnight_of_another_zone_is_the_same_moment() -> None:
    there = timezone(timedelta(hours=-5))
    subject = make_sbom_subject()
    moved = changed(subject, lock=changed(subject.lock, exclude_newer=AT.astimezone(there)))
    assert read(moved) == read(subject)


def test_the_trusted_root_is_named_with_all_that_is_known_of_its_age() -> None:
    root = TrustedRoot(sha256=NOTHING, origin="file", tuf_version=15, dated=date(2026, 10, 20))
    subject = changed(make_sbom_subject(), trusted_root=root)
    metadata = read(subject)["metadata"]
    assert properties(metadata, "uplock:trusted-root") == [NOTHING]
    assert properties(metadata, "uplock:trusted-root:dated") == ["2026-10-20"]
    assert properties(metadata, "uplock:trusted-root:tuf-version") == ["15"]
    bare = changed(subject, trusted_root=TrustedRoot(sha256=NOTHING, origin="embedded"))
    metadata = read(bare)["metadata"]
    assert properties(metadata, "uplock:trusted-root") == [NOTHING]
    assert properties(metadata, "uplock:trusted-root:dated") == []
