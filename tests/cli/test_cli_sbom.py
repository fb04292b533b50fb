"""``uplock sbom``: which documents it writes, of which generation, and where."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.shop import AS_OF, PYPROJECT, estate, project, snapshot, uplock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]
TARGET = "py312-linux-x86_64"
MADE = """
[tool.uplock.sbom]
manufacturer = { name = "Example Ltd", url = "https://www.example.org/" }
purl = "pkg:generic/example/shop"
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two generations: the second asks for less."""
    from uplock.cli.main import run

    shop = project(tmp_path_factory.mktemp("sbom") / "shop", PYPROJECT + MADE)
    with HttpIndex(estate()) as http, pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPLOCK_INDEX_URL", http.url)
        patch.setenv("UPLOCK_CACHE", str(shop.parent / "cache"))
        assert run(["run", str(shop), "--as-of", AS_OF, "--quiet"]) == 0
        project(shop, PYPROJECT.replace(', "crypt"', "") + MADE)
        assert run(["run", str(shop), "--as-of", AS_OF, "--quiet"]) == 0
    return shop


@pytest.fixture
def shop(recorded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(recorded, tmp_path / "shop"))


def names(document: bytes | str) -> set[str]:
    return {each["name"] for each in json.loads(document)["components"]}


def test_one_target_goes_to_standard_output_as_it_stands_in_the_project(shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "sbom", shop, "--target", TARGET, "--output", "-")
    assert (answer.code, answer.out) == (0, (shop / f"sboms/{TARGET}.cdx.json").read_text())


def test_the_uplift_is_a_document_of_its_own(shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "sbom", shop, "--target", "uplift", "--output", "-")
    document = json.loads(answer.out)
    assert answer.code == 0
    assert {each["version"] for each in document["components"] if each["name"] == "python"} == {"3.9.18", "3.12.1"}
    links = {each["url"] for each in document["externalReferences"]}
    for target in ("py39-linux-x86_64", TARGET):
        serial = json.loads((shop / f"sboms/{target}.cdx.json").read_text())["serialNumber"]
        assert serial.replace("urn:uuid:", "urn:cdx:") + "/1" in links


def test_the_interpreter_being_left_is_linked_by_the_document_of_the_same_generation(shop: Path) -> None:
    left = json.loads((shop / "sboms/py39-linux-x86_64.cdx.json").read_text())
    taken = json.loads((shop / f"sboms/{TARGET}.cdx.json").read_text())
    (link,) = [each["url"] for each in taken["externalReferences"] if each["type"] == "bom"]
    assert link == left["serialNumber"].replace("urn:uuid:", "urn:cdx:") + "/1"
    assert [each for each in left["externalReferences"] if each["type"] == "bom"] == []


def test_who_makes_the_project_comes_from_the_generation(shop: Path, capfd: Capture) -> None:
    project(shop, PYPROJECT.replace(', "crypt"', ""))
    metadata = json.loads(uplock(capfd, "sbom", shop, "--target", TARGET, "--output", "-").out)["metadata"]
    assert metadata["manufacturer"] == {"name": "Example Ltd", "url": ["https://www.example.org/"]}
    assert metadata["component"]["purl"] == "pkg:generic/example/shop@1.0"


def test_an_older_generation_is_described_beside_the_project_and_never_in_its_place(
    shop: Path, tmp_path: Path, capfd: Capture
) -> None:
    older = uplock(capfd, "history", shop, "--json").json[1]["id"]
    before = snapshot(shop)
    refused = uplock(capfd, "sbom", shop, "--generation", older[:12])
    assert (refused.code, "--output" in refused.err) == (2, True)
    (tmp_path / "audit").mkdir()
    answer = uplock(capfd, "sbom", shop, "--generation", older[:12], "--output", tmp_path / "audit", "--json")
    assert (answer.code, answer.json["generation"]) == (0, older)
    assert sorted(path.name for path in (tmp_path / "audit").iterdir()) == [
        f"{TARGET}.cdx.json",
        "py39-linux-x86_64.cdx.json",
        "uplift.cdx.json",
    ]
    assert "crypt" in names((tmp_path / f"audit/{TARGET}.cdx.json").read_bytes())
    assert "crypt" not in names((shop / f"sboms/{TARGET}.cdx.json").read_bytes())
    assert snapshot(shop) == before


def test_other_versions_and_forms_have_other_names(shop: Path, capfd: Capture) -> None:
    before = snapshot(shop)
    assert uplock(capfd, "sbom", shop, "--spec", "1.6", "--target", TARGET).code == 0
    assert uplock(capfd, "sbom", shop, "--format", "xml", "--target", TARGET).code == 0
    after = snapshot(shop)
    assert sorted(after.keys() - before.keys()) == [f"sboms/{TARGET}.1.6.cdx.json", f"sboms/{TARGET}.cdx.xml"]
    assert {path: after[path] for path in before} == before
    assert json.loads(after[f"sboms/{TARGET}.1.6.cdx.json"])["specVersion"] == "1.6"


def test_both_forms_of_every_document_are_one_bom(shop: Path, capfd: Capture) -> None:
    assert uplock(capfd, "sbom", shop, "--format", "xml").code == 0
    for document in sorted((shop / "sboms").glob("*.json")):
        serial = json.loads(document.read_text())["serialNumber"]
        assert f'serialNumber="{serial}"' in document.with_suffix(".xml").read_text()


def test_inserting_a_package_changes_the_reference_of_no_other_component(
    shop: Path, tmp_path: Path, capfd: Capture
) -> None:
    older = uplock(capfd, "history", shop, "--json").json[1]["id"]
    whole = uplock(capfd, "sbom", shop, "--generation", older, "--target", TARGET, "--output", "-").out
    less = (shop / f"sboms/{TARGET}.cdx.json").read_text()
    more, fewer = ({each["bom-ref"] for each in json.loads(text)["components"]} for text in (whole, less))
    assert fewer < more
    assert {ref.partition("@")[0] for ref in more - fewer} == {"pkg:pypi/crypt", "system:glibc"}


def test_the_same_bytes_wherever_the_project_stands(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    elsewhere = Path(shutil.copytree(shop, tmp_path / "far" / "renamed"))
    for each in elsewhere.glob("sboms/*"):
        each.unlink()
    assert uplock(capfd, "sbom", elsewhere).code == 0
    assert snapshot(elsewhere) == snapshot(shop)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--target", "py314-linux-x86_64"), "the generation has no target 'py314-linux-x86_64'"),
        (("--output", "-"), "Name one --target"),
        (("--output", "-", "--target", TARGET, "--json"), "leave out --json"),
        (("--output", "one.json"), "3 documents do not go into one file"),
        (("--python", "{python}"), "and the locks are for 3.12.1, 3.9.18"),
    ],
    ids=["no such target", "three to a stream", "two to a stream", "three to a file", "another interpreter"],
)
def test_what_cannot_be_meant_is_refused(options: tuple[str, ...], words: str, shop: Path, capfd: Capture) -> None:
    import sys

    answer = uplock(capfd, "sbom", shop, *(each.format(python=sys.executable) for each in options))
    assert (answer.code, words in answer.err) == (2, True), answer.err


def test_a_generation_that_leaves_nothing_has_no_uplift(tmp_path: Path, shop: Path, capfd: Capture) -> None:
    (shop / "sboms/uplift.cdx.json").unlink()
    with HttpIndex(estate()) as http, pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPLOCK_INDEX_URL", http.url)
        project(shop, PYPROJECT.replace('from = "3.9.18"\n', ""))
        assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    assert not (shop / "sboms/uplift.cdx.json").exists()
    answer = uplock(capfd, "sbom", shop, "--target", "uplift")
    assert (answer.code, "no document of an uplift" in answer.err) == (2, True)


def test_documents_of_other_forms_go_when_the_project_says_something_new(shop: Path, capfd: Capture) -> None:
    older, other = f"sboms/{TARGET}.1.6.cdx.json", "sboms/py39-linux-x86_64.1.6.cdx.json"
    assert uplock(capfd, "sbom", shop, "--spec", "1.6").code == 0
    assert uplock(capfd, "sbom", shop).code == 0
    assert (shop / older).exists()
    (shop / f"sboms/{TARGET}.cdx.json").write_text("{}")
    assert uplock(capfd, "sbom", shop).code == 0
    assert ((shop / older).exists(), (shop / other).exists()) == (False, True)


def test_output_takes_the_place_of_nothing_but_a_file(shop: Path, tmp_path: Path, capfd: Capture) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place, words in ((pipe, "is no file"), (tmp_path / "no folder" / "x.json", "its folder is not there")):
        answer = uplock(capfd, "sbom", shop, "--target", TARGET, "--output", place)
        assert (answer.code, words in answer.err) == (2, True), answer.err
    assert pipe.is_fifo()
    assert not (tmp_path / "no folder").exists()
    link = tmp_path / "link.json"
    link.symlink_to("file.json")
    assert uplock(capfd, "sbom", shop, "--target", TARGET, "--output", link).code == 0
    assert (tmp_path / "file.json").read_bytes() == (shop / f"sboms/{TARGET}.cdx.json").read_bytes()
