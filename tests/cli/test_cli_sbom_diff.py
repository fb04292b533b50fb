"""``uplock sbom diff``: what it shows, in which form, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.committed_schema import valid
from support.sbom_differences import Tree, bom, package, properties
from support.shop import Answer, uplock

Capture = pytest.CaptureFixture[str]
ONE, TWO = "1" * 64, "2" * 64
XML = """<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"><components>
<component type="library" bom-ref="q"><name>a</name><version>1</version><purl>pkg:pypi/a@1</purl></component>
</components></bom>
"""


def python(version: str, end: str) -> Tree:
    support = [{"name": "cdx:lifecycle:milestone:endOfSupport", "value": end}]
    return {"type": "platform", "name": "python", "version": version, "properties": support}


def root(version: str) -> Tree:
    return {"component": {"type": "application", "name": "shop", "version": version}}


OLD = bom(
    package("a", "1", ONE, "a.whl", properties=properties(attestation="verified")),
    package("b", "1.0", ONE, components=[{"type": "library", "name": "openssl", "version": "3.0.1"}]),
    package("c", "1", licenses=[{"license": {"id": "MIT"}}]),
    package("same", "1"),
    python("3.9.18", "2025-10-31"),
    metadata=root("1"),
    dependencies=[{"ref": "r:b:1.0:", "dependsOn": ["r:same:1:"]}],
)
NEW = bom(
    python("3.12.1", "2028-10-31"),
    package("same", "1"),
    package("d", "1", licenses=[{"license": {"id": "MIT"}}]),
    package("b", "2.0", TWO, components=[{"type": "library", "name": "openssl", "version": "3.0.0"}]),
    package("a", "1", TWO, "a.whl", properties=properties(attestation="unchecked")),
    metadata=root("2"),
    dependencies=[{"ref": "r:b:2.0:"}],
)
TEXT = f"""\
uplock sbom diff
  from old.json  CycloneDX 1.7 JSON, 6 components
    to new.json  CycloneDX 1.7 JSON, 6 components
components: 1 same version, other digest; 2 upgraded; 1 added; 1 removed; 1 unchanged

look at first
  a 1: the same version has other bytes
  a 1: is no longer attested (verified -> unchecked)
  b > openssl 3.0.1 -> 3.0.0: an older version

document
  shop 1 -> 2, major, upgraded

interpreter (1)
  python 3.9.18 -> 3.12.1, upgraded
    support ends 2025-10-31 -> 2028-10-31

same version, other digest (1)
  a 1
    hash SHA-256:{ONE} -> SHA-256:{TWO}
    attestation verified -> unchecked

upgraded (1)
  b 1.0 -> 2.0, major
    inside openssl 3.0.1 -> 3.0.0  downgraded

added (1)
  d 1, MIT

removed (1)
  c 1, MIT

dependencies between components of both
  - pkg:pypi/b@1.0 -> pkg:pypi/same@1
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(here: Path, capfd: Capture, old: Any, new: Any, *options: str) -> Answer:
    for name, document in (("old.json", old), ("new.json", new)):
        (here / name).write_text(document if isinstance(document, str) else json.dumps(document))
    return uplock(capfd, "sbom", "diff", "old.json", "new.json", *options)


def test_the_gravest_comes_first_and_only_with_exit_code_it_is_an_error(here: Path, capfd: Capture) -> None:
    assert answer(here, capfd, OLD, NEW) == Answer(code=0, out=TEXT, err="")
    assert answer(here, capfd, OLD, NEW, "--exit-code") == Answer(code=1, out=TEXT, err="")


def test_json_has_a_schema_and_is_a_format_too(here: Path, capfd: Capture) -> None:
    found = answer(here, capfd, OLD, NEW, "--json")
    assert found.out == answer(here, capfd, OLD, NEW, "--format", "json").out
    told = json.loads(found.out)
    valid(told, "sbom-diff")
    assert [each["name"] for each in told["components"]] == ["a", "b", "c", "d", "python"]
    assert (told["equal"], told["unchanged"]) == (False, 1)


def test_a_document_in_xml_is_equal_to_the_same_in_json(here: Path, capfd: Capture) -> None:
    found = answer(
        here, capfd, XML, bom(package("a", "1"), metadata={"timestamp": "2026-11-24T00:00:00Z"}), "--exit-code"
    )
    assert found.code == 0
    assert found.out.splitlines()[1:] == [
        "  from old.json  CycloneDX 1.6 XML, 1 component",
        "    to new.json  CycloneDX 1.7 JSON, 1 component",
        "No differences.",
    ]


def test_an_invalid_document_is_compared_and_called_so(here: Path, capfd: Capture) -> None:
    broken = bom(package("a", "1") | {"type": "nonsense", "hashes": 5}, vulnerabilities=[{}])
    found = answer(here, capfd, broken, bom(package("a", "2")))
    said = "is invalid, the official schema has 2 objections: it is compared as far as it can be understood"
    assert f"  old.json {said}\n  not compared: vulnerabilities\n" in found.out
    assert "  a 1 -> 2, major\n    type nonsense -> library\n" in found.out
    markdown = answer(here, capfd, broken, broken, "--format", "markdown").out
    assert f"`new.json` {said}." in markdown
    assert "Not compared: vulnerabilities." in markdown
    assert markdown.endswith("**No differences.**\n")


def test_markdown_has_tables_in_the_same_order(here: Path, capfd: Capture) -> None:
    lines = answer(here, capfd, OLD, NEW, "--format", "markdown").out.splitlines()
    assert [line[4:] for line in lines if line.startswith("### ")] == [
        "Look at first",
        "Document",
        "Interpreter (1)",
        "Same version, other digest (1)",
        "Upgraded (1)",
        "Added (1)",
        "Removed (1)",
        "Dependencies between components of both",
    ]
    assert "| `shop` | upgraded, `1`, `2`, major |" in lines
    assert "| `b` | `1.0` | `2.0` | major<br>`inside openssl 3.0.1 -> 3.0.0  downgraded` |" in lines
    assert "| `d` |  | `1` | `MIT` |" in lines
    assert "| removed | `pkg:pypi/b@1.0` | `pkg:pypi/same@1` |" in lines


HOSTILE = "x`|</td>@everyone\n##[error]\x1b[31m ![i](//e.example)"


def test_what_a_document_says_is_no_markup_and_steers_no_terminal(here: Path, capfd: Capture) -> None:
    made = bom(
        package("a", "1") | {"name": HOSTILE, "version": HOSTILE, "purl": f"pkg:pypi/{HOSTILE}", "scope": HOSTILE},
        metadata={"properties": [{"name": HOSTILE, "value": HOSTILE}], "component": {"name": HOSTILE}},
    )
    text = answer(here, capfd, bom(), made).out
    assert "\x1b" not in text
    assert "##[" not in text
    assert not any(line.startswith("##") for line in text.splitlines())
    for line in answer(here, capfd, bom(), made, "--format", "markdown").out.splitlines():
        outside = "".join(line.split("`")[::2])
        assert not {"<", "@", "!", "x"} & set(outside.replace("<br>", ""))


def test_markdown_stays_within_a_comment_and_says_what_is_missing(here: Path, capfd: Capture) -> None:
    many = bom(*(package(f"{'long' * 40}-{number}", "1") for number in range(900)))
    out = answer(here, capfd, bom(), many, "--format", "markdown").out
    assert len(out) < 65_536
    assert "more not shown here: see the output of `uplock sbom diff`." in out


def test_much_inside_and_many_values_are_told_by_their_number(here: Path, capfd: Capture) -> None:
    def holder(version: str, sha256: str) -> Tree:
        inside = [{"type": "library", "name": f"l{n:02}", "version": version} for n in range(40)]
        hashes = [{"alg": "SHA-256", "content": sha256}]
        kept = {"type": "library", "name": "kept", "version": "1", "hashes": hashes}
        names = properties(**{f"x{n}": version for n in range(2)}) + [
            {"name": "uplock:soname", "value": f"{version}{n}"} for n in range(9)
        ]
        return package("a", version, sha256, components=[*inside, kept], properties=names)

    out = answer(here, capfd, bom(holder("1", ONE)), bom(holder("2", TWO))).out
    assert "    SONAME 10, 11, 12, 13, 14, 15, and 3 more -> 20, 21, 22, 23, 24, 25, and 3 more\n" in out
    assert out.count("    inside l") == 30
    assert "    inside 10 more, 1 rebuilt\n" in out
    added = answer(here, capfd, bom(), bom(holder("1", ONE))).out
    assert "  a 1, 41 components inside\n" in added


def test_what_cannot_be_compared_is_an_error_with_its_place(here: Path, capfd: Capture) -> None:
    found = answer(here, capfd, "{", bom())
    assert (found.code, found.out) == (3, "")
    assert "old.json: 1:2: is not JSON" in found.err
    (here / "old.json").write_text(json.dumps(bom()))
    assert uplock(capfd, "sbom", "diff", "old.json", "absent.json").code == 3
    with (here / "new.json").open("wb") as file:
        file.truncate(2**30)
    found = uplock(capfd, "sbom", "diff", "old.json", "new.json")
    assert found.code == 3
    assert "new.json: is 1073741824 bytes long" in found.err


def test_two_forms_at_once_are_refused(here: Path, capfd: Capture) -> None:
    found = answer(here, capfd, OLD, NEW, "--json", "--format", "markdown")
    assert found.code == 2
    assert "--json and --format markdown exclude each other" in found.out + found.err
