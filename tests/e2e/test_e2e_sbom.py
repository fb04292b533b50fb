"""The SBOMs of the webshop from the real index: what the rubric, the schemas and the library say of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.interpreters import find_python
from uplock.cli.context import Context
from uplock.ports import ignore_events
from uplock.workflow.recall import Recalled, recall

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

WEBSHOP = Path(__file__).resolve().parents[2] / "fixtures" / "projects" / "webshop"
TARGETS = ("py39-linux-x86_64", "py312-linux-x86_64", "py313-linux-x86_64")
LOST = {
    11: "seven libraries are found or declared without a version",
    18: "documents inside wheels name many crates without any address",
    19: "some packages say BSD or LGPL with exceptions, which is no SPDX license",
    39: "pillow's own document gives a version of zlib-ng for zlib",
}
"""Points that the document for 3.12 cannot hold, see docs/sbom-score.md."""


def uplock(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "uplock", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)


@pytest.fixture(scope="module")
def webshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The webshop after one run with an empty cache, with its documents in every version and form."""
    folder = tmp_path_factory.mktemp("webshop")
    project = Path(shutil.copytree(WEBSHOP, folder / "webshop"))
    done = uplock("run", project, "--as-of", "2026-11-22", UPLOCK_CACHE=str(folder / "cache"))
    assert done.returncode == 0, done.stderr
    for options in (("--format", "xml"), ("--spec", "1.6"), ("--spec", "1.6", "--format", "xml")):
        assert uplock("sbom", project, *options).returncode == 0
    return project


@pytest.fixture(scope="module")
def recalled(webshop: Path) -> Recalled:
    return recall(webshop, Context(webshop, ignore_events, archive=None).archive)


def test_every_document_is_valid_in_every_version_and_form(webshop: Path) -> None:
    documents = sorted((webshop / "sboms").iterdir())
    assert len(documents) == 4 * (len(TARGETS) + 1)
    done = uplock("sbom", "validate", *documents)
    assert done.returncode == 0, done.stdout


def test_every_document_loads_in_the_library_with_graph_and_components(webshop: Path) -> None:
    for path in (webshop / "sboms").glob("*.json"):
        tree = json.loads(path.read_text())
        bom = Bom.from_json(tree)  # type: ignore[attr-defined]  # made by a decorator
        refs = {str(each.bom_ref.value) for each in bom._get_all_components()}  # noqa: SLF001 - no public way
        edges = {(str(node.ref.value), str(each.ref.value)) for node in bom.dependencies for each in node.dependencies}
        assert refs == {tree["metadata"]["component"]["bom-ref"], *inside(tree["components"])}
        assert edges == {(node["ref"], each) for node in tree["dependencies"] for each in node.get("dependsOn", ())}


def inside(components: list[dict[str, Any]]) -> set[str]:
    return {ref for each in components for ref in (each["bom-ref"], *inside(each.get("components", [])))}


def test_the_rubric_holds_but_for_what_cannot_be_known(webshop: Path, tmp_path: Path) -> None:
    key, public = tmp_path / "key.pem", tmp_path / "public.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
    document = webshop / "sboms/py312-linux-x86_64.cdx.json"
    assert uplock("sbom", "sign", document, "--key", key).returncode == 0
    signature = document.with_name(f"{document.name}.intoto.json")
    done = uplock("sbom", "score", document, "--signature", signature, "--key", public, "--json")
    points = json.loads(done.stdout)["points"]
    assert {each["number"] for each in points if each["state"] == "lost"} == LOST.keys()
    assert [each["number"] for each in points if each["state"] not in {"held", "lost"}] == []


@pytest.mark.parametrize("name", TARGETS)
def test_edges_are_those_of_the_metadata_under_the_markers_of_the_target(name: str, recalled: Recalled) -> None:
    (lock,) = [each for each in recalled.locks if each.target.name == name]
    packages = {each.name: each for each in lock.packages}
    environment = lock.target.marker_environment()

    def holds(requirement: Requirement, extra: str) -> bool:
        return requirement.marker is None or requirement.marker.evaluate({**environment, "extra": extra})

    stated = [Requirement(each.requirement) for each in recalled.content.asked]
    ahead = [
        (canonicalize_name(each.name), extra) for each in stated if holds(each, "") for extra in ("", *each.extras)
    ]
    edges: dict[str, set[str]] = {each: set() for each in packages}
    seen: set[tuple[str, str]] = set()
    while ahead:
        package, extra = ahead.pop()
        if (package, extra) in seen:
            continue
        seen.add((package, extra))
        for line in recalled.results[packages[package].artifact.sha256].metadata.requires_dist:
            requirement = Requirement(line)
            if holds(requirement, canonicalize_name(extra) if extra else ""):
                needed = canonicalize_name(requirement.name)
                edges[package].add(needed)
                ahead += [(needed, each) for each in ("", *requirement.extras)]
    assert {each: tuple(sorted(needs - {each})) for each, needs in edges.items()} == {
        each.name: each.dependencies for each in lock.packages
    }


def test_the_interpreter_that_is_at_hand_tells_its_own_parts(webshop: Path, tmp_path: Path) -> None:
    python = find_python("3.12")
    if python is None:
        pytest.skip("CPython 3.12 is not installed here")
    output = tmp_path / "with-parts.cdx.json"
    done = uplock("sbom", webshop, "--target", "py312-linux-x86_64", "--python", python, "--output", output)
    if "locks are for" in done.stderr:
        pytest.skip(done.stderr.splitlines()[0])
    assert done.returncode == 0, done.stderr
    assert uplock("sbom", "validate", output).returncode == 0
    (platform,) = [each for each in json.loads(output.read_text())["components"] if each["type"] == "platform"]
    assert {"openssl", "sqlite", "zlib", "expat", "libffi"} <= {each["name"] for each in platform["components"]}
