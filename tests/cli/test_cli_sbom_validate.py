"""``uplock sbom validate``: what it answers and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.cyclonedx_suite import documents
from support.sboms import shop_subject
from support.shop import uplock
from uplock.sbom.build import build_sbom

Capture = pytest.CaptureFixture[str]


def written(folder: Path, version: str, name: str) -> Path:
    """Write a document of the official suite."""
    file = folder / name
    file.write_bytes(documents(version, file.suffix[1:])[name])
    return file


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    file = tmp_path / "ours.cdx.json"
    file.write_bytes(build_sbom(shop_subject()))
    return file


def test_documents_of_ours_are_valid_in_every_form(ours: Path, tmp_path: Path, capfd: Capture) -> None:
    twin = tmp_path / "ours.1.6.cdx.xml"
    twin.write_bytes(build_sbom(shop_subject(), spec="1.6", form="xml"))
    answer = uplock(capfd, "sbom", "validate", ours, twin)
    assert answer.code == 0
    assert f"valid  {ours}  CycloneDX 1.7 JSON, " in answer.out
    assert f"valid  {twin}  CycloneDX 1.6 XML, " in answer.out


def test_what_the_schema_objects_to_is_told_with_its_place(tmp_path: Path, capfd: Capture) -> None:
    files = [written(tmp_path, "1.5", f"invalid-license-id-1.5.{form}") for form in ("json", "xml")]
    answer = uplock(capfd, "sbom", "validate", *files)
    assert answer.code == 1
    assert "CycloneDX 1.5 JSON, 1 component: the official schema has 1 objection\n" in answer.out
    assert '  components[0].licenses[0].license.id: "Apache-2" is not one of "0BSD"' in answer.out
    assert (
        "  line 19: Element 'id': [facet 'enumeration'] The value 'Apache-2' is none of those that may stand"
        in answer.out
    )


def test_the_linter_is_asked_unless_the_schema_alone_shall_be(tmp_path: Path, capfd: Capture) -> None:
    file = written(tmp_path, "1.7", "valid-bom-1.7.json")
    alone = uplock(capfd, "sbom", "validate", "--schema-only", file)
    assert alone.code == 0
    assert alone.out.endswith("Only the official schema was asked.\n")
    both = uplock(capfd, "sbom", "validate", file)
    assert both.code == 1
    assert both.out.startswith(f"objected  {file}  CycloneDX 1.7 JSON, 4 components: the linter has ")
    assert "  metadata.component: Acme Application has no bom-ref\n" in both.out


def test_objections_beyond_a_hundred_are_counted(tmp_path: Path, capfd: Capture) -> None:
    components = [{"type": "library", "name": f"n{index}"} for index in range(150)]
    file = tmp_path / "many.json"
    file.write_text(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}))
    answer = uplock(capfd, "sbom", "validate", file)
    assert "the linter has 150 objections" in answer.out
    assert answer.out.endswith("  components[99]: n99 has no bom-ref\n  and 50 more\n")


def test_json_says_the_same(ours: Path, tmp_path: Path, capfd: Capture) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_bytes(ours.read_bytes().replace(b'"version": "1.2.3"', b'"version": "9"'))
    answer = uplock(capfd, "sbom", "validate", wrong, tmp_path / "none", "--json")
    result = json.loads(answer.out)
    assert (answer.code, result["verdict"], result["schema_only"]) == (1, "fail", False)
    found, unread = result["documents"]
    assert (found["verdict"], found["objector"], found["count"]) == ("fail", "linter", 1)
    assert found["defects"][0]["place"].endswith(".purl")
    assert (unread["verdict"], unread["error"]["exit_code"]) == ("undetermined", 3)
    assert unread["error"]["context"] == str(tmp_path / "none")


def test_what_cannot_be_read_is_told_and_keeps_no_other_from_being_validated(
    ours: Path, tmp_path: Path, capfd: Capture
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("notes")
    answer = uplock(capfd, "sbom", "validate", text, ours)
    assert answer.code == 3
    assert (
        f"unread  {text}: is neither JSON nor XML\n  remedy: Give a CycloneDX document of version 1.4 to" in answer.out
    )
    assert f"valid  {ours}" in answer.out


def test_foreign_texts_do_not_steer_the_terminal(tmp_path: Path, capfd: Capture) -> None:
    file = tmp_path / "escape.json"
    component = {"type": "library", "name": "\x1b[2Jx", "bom-ref": "\x1b]0;y"}
    file.write_text(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component]}))
    answer = uplock(capfd, "sbom", "validate", file)
    assert answer.code == 1
    assert "\x1b" not in answer.out


def test_without_a_file_nothing_is_valid(capfd: Capture) -> None:
    assert uplock(capfd, "sbom", "validate").code == 2
