"""``uplock sbom score``: what stands beside a document decides points that the document alone cannot."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.committed_schema import valid
from support.rubric import BASELINE, good_subject
from support.shop import uplock
from support.signed_sboms import ed25519, private_pem, public_pem
from uplock.lockfile.pylock import write_pylock
from uplock.model.digest import sha256_of
from uplock.model.value import changed
from uplock.sbom.build import build_sbom

Capture = pytest.CaptureFixture[str]
LOCK = "pylock.py312-linux-x86_64.toml"
ALONE = {2, 15, 23, 27, 36, 37}
LOST = {18}
"""The built document: documents in wheels say no address of who supplies a crate."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A document beside its lock, its XML form and the document it links to, and a key."""
    subject = good_subject()
    lock = write_pylock(subject.lock)
    subject = changed(subject, pylock_sha256=sha256_of(lock))
    uuid = BASELINE.removeprefix("urn:cdx:").partition("/")[0]
    linked = {"bomFormat": "CycloneDX", "specVersion": "1.7", "serialNumber": f"urn:uuid:{uuid}", "version": 1}
    for name, data in {
        f"locks/{LOCK}": lock,
        "sboms/shop.cdx.json": build_sbom(subject),
        "sboms/shop.cdx.xml": build_sbom(subject, form="xml"),
        "sboms/old.cdx.json": json.dumps(linked).encode(),
        "sboms/torn.json": f"{{{uuid} urn:uuid:{uuid}".encode(),
        "key.pem": private_pem(ed25519()),
        "key.pub": public_pem(ed25519()),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)
    return tmp_path


def scored(capfd: Capture, *arguments: object) -> dict[int, str]:
    """Return the points that are not held."""
    run = uplock(capfd, "sbom", "score", *map(str, arguments), "--json")
    assert run.code == 0, run.err
    valid(run.json, "sbom-score")
    points = run.json["points"]
    counted = [sum(each["state"] == state for each in points) for state in ("held", "lost", "not assessed")]
    assert counted == [run.json[key] for key in ("held", "lost", "not_assessed")]
    return {each["number"]: each["state"] for each in points if each["state"] != "held"}


def test_what_stands_beside_a_document_decides_its_points(shop: Path, capfd: Capture) -> None:
    place = shop / "sboms" / "shop.cdx.json"
    uplock(capfd, "sbom", "sign", "--key", str(shop / "key.pem"), str(place))

    assert scored(capfd, place, "--key", shop / "key.pub") == dict.fromkeys(LOST, "lost")
    assert scored(capfd, place) == {**dict.fromkeys(LOST, "lost"), 37: "not assessed"}
    xml = place.with_name("shop.cdx.xml")
    assert scored(capfd, xml) == {**dict.fromkeys(LOST, "lost"), 37: "not assessed"}


def test_a_document_alone_is_assessed_as_far_as_it_goes(shop: Path, capfd: Capture) -> None:
    (shop / "alone").mkdir()
    place = shop / "alone" / "shop.json"
    os.replace(shop / "sboms" / "shop.cdx.json", place)
    (shop / "locks" / LOCK).rename(shop / "alone" / "lock.toml")

    assert scored(capfd, place) == {**dict.fromkeys(LOST, "lost"), **dict.fromkeys(ALONE, "not assessed")}
    found = scored(capfd, place, "--lock", shop / "alone" / "lock.toml")
    assert found == {**dict.fromkeys(LOST, "lost"), **dict.fromkeys(ALONE - {15, 23, 36}, "not assessed")}


def test_a_lock_that_is_another_one_says_nothing_of_pins_and_edges(shop: Path, capfd: Capture) -> None:
    lock = shop / "locks" / LOCK
    lock.write_bytes(lock.read_bytes() + b"# edited\n")
    found = scored(capfd, shop / "sboms" / "shop.cdx.json")
    assert {number: found[number] for number in (15, 23, 36)} == {15: "not assessed", 23: "not assessed", 36: "lost"}


def test_another_form_that_is_damaged_loses_its_point(shop: Path, capfd: Capture) -> None:
    twin = shop / "sboms" / "shop.cdx.xml"
    twin.write_bytes(twin.read_bytes()[:-20])
    assert scored(capfd, shop / "sboms" / "shop.cdx.json")[2] == "lost"


def test_a_signature_over_another_document_loses_its_point(shop: Path, capfd: Capture) -> None:
    place, other = shop / "sboms" / "shop.cdx.json", shop / "sboms" / "other.json"
    other.write_bytes(place.read_bytes().replace(b"pre-build", b"build"))
    signed = uplock(capfd, "sbom", "sign", "--key", str(shop / "key.pem"), str(other))
    assert signed.code == 0, signed.err

    found = scored(capfd, place, "--key", shop / "key.pub", "--signature", f"{other}.intoto.json")
    assert found[37] == "lost"


def test_fewer_points_than_asked_for_are_a_finding(shop: Path, capfd: Capture) -> None:
    place = str(shop / "sboms" / "shop.cdx.json")
    assert uplock(capfd, "sbom", "score", "--fail-under", "38", place).code == 0
    run = uplock(capfd, "sbom", "score", "--fail-under", "39", place)
    assert run.code == 1
    assert run.out.endswith("38 held, 1 lost, 1 not assessed\nfewer than 39 are held\n")
    assert "  18  lost          The supplier" in run.out
    assert "missing: a signature and the public key" in run.out


def test_a_signature_without_a_key_is_a_wrong_call(shop: Path, capfd: Capture) -> None:
    place = str(shop / "sboms" / "shop.cdx.json")
    run = uplock(capfd, "sbom", "score", "--signature", place, place)
    assert (run.code, "--key" in run.err) == (2, True)


@pytest.mark.parametrize("data", [b"", b"{}", b"\x1f\x8b", b"<bom/>"])
def test_what_is_no_document_is_not_scored(shop: Path, capfd: Capture, data: bytes) -> None:
    (shop / "odd.json").write_bytes(data)
    run = uplock(capfd, "sbom", "score", str(shop / "odd.json"))
    assert (run.code, run.out) == (3, "")


@pytest.mark.parametrize(
    "url",
    ["../../../../etc/hostname", "/etc/hostname", "file:///etc/hostname", "https://index.example/pylock.toml", "a%00b"],
)
def test_a_reference_to_anything_but_the_lock_decides_nothing(shop: Path, capfd: Capture, url: str) -> None:
    place = shop / "sboms" / "shop.cdx.json"
    tree = json.loads(place.read_bytes())
    tree["externalReferences"] = [
        {"type": "build-meta", "url": url, "hashes": [{"alg": "SHA-256", "content": "0" * 64}]}
    ]
    place.write_text(json.dumps(tree))
    found = scored(capfd, place)
    assert (found[15], found[23]) == ("not assessed", "not assessed")


def test_a_lock_of_another_tool_fits_by_its_digest_alone(shop: Path, capfd: Capture) -> None:
    place, lock = shop / "sboms" / "shop.cdx.json", b'lock-version = "1.0"\ncreated-by = "other"\n'
    (shop / "other.toml").write_bytes(lock)
    tree = json.loads(place.read_bytes())
    tree["externalReferences"] = [
        {"type": "build-meta", "url": "https://index.example/lock"},
        {"type": "build-meta", "url": "../gone.toml", "hashes": [{"alg": "SHA-256", "content": "0" * 64}]},
        {"type": "build-meta", "url": "../other.toml", "hashes": [{"alg": "SHA-256", "content": sha256_of(lock)}]},
    ]
    place.write_text(json.dumps(tree))
    found = scored(capfd, place)
    assert (found.get(36, "held"), found[15], found[23]) == ("held", "not assessed", "not assessed")


def test_a_key_without_a_signature_decides_nothing(shop: Path, capfd: Capture) -> None:
    assert scored(capfd, shop / "sboms" / "shop.cdx.json", "--key", shop / "key.pub")[37] == "not assessed"
