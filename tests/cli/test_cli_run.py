"""``uplock run`` whole: real uv, a real HTTP index on loopback, real files."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.pylock import Pylock

from support.attestations import private_instance
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.private_sigstore import PrivateSigstore, github, provenance, statement
from support.shop import AS_OF, PYPROJECT, project, snapshot, uplock
from support.statements import publish_predicate_type
from support.wheels import build_wheel
from uplock.model.digest import sha256_of
from uplock.sbom.validate import validate_sbom

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]


def requests(http: HttpIndex) -> int:
    return len(http.requests)


@pytest.mark.usefixtures("http")
def test_a_run_writes_locks_sboms_verdicts_and_a_generation(tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop")
    answer = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json")
    assert answer.code == 0, answer.err
    assert sorted(snapshot(shop)) == [
        "locks/lockset.json",
        "locks/pylock.py312-linux-x86_64.toml",
        "locks/pylock.py39-linux-x86_64.toml",
        "locks/requirements.py312-linux-x86_64.txt",
        "locks/requirements.py39-linux-x86_64.txt",
        "pyproject.toml",
        "sboms/py312-linux-x86_64.cdx.json",
        "sboms/py39-linux-x86_64.cdx.json",
        "sboms/uplift.cdx.json",
        "verdicts/py312-linux-x86_64.json",
        "verdicts/py39-linux-x86_64.json",
    ]
    history = uplock(capfd, "history", shop, "--json").json
    assert [entry["id"] for entry in history] == [answer.json["generation"]]
    left, reached = answer.json["targets"]
    assert (left["role"], left["gates"], left["status"]) == ("baseline", False, "fail")
    assert (reached["role"], reached["gates"], reached["status"]) == ("target", True, "pass")
    assert "PY001" in {finding["rule"] for finding in left["findings"]}


@pytest.mark.usefixtures("http")
def test_each_interpreter_gets_its_own_versions_and_one_wheel_each(tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop")
    assert uplock(capfd, "run", shop).code == 0
    pins = {}
    for target in ("py39", "py312"):
        with (shop / f"locks/pylock.{target}-linux-x86_64.toml").open("rb") as stream:
            lock = Pylock.from_dict(tomllib.load(stream))
        pins[target] = {str(package.name): str(package.version) for package in lock.packages}
        assert all(package.wheels is not None and len(package.wheels) == 1 for package in lock.packages)
    assert pins == {
        "py39": {"coin": "1.1", "crypt": "2.0", "till": "1.0"},
        "py312": {"coin": "1.1", "crypt": "2.0", "till": "2.0"},
    }


@pytest.mark.usefixtures("http")
def test_the_sbom_is_valid_and_records_uplift_and_native_code(tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop")
    assert uplock(capfd, "run", shop).code == 0
    document = (shop / "sboms/py312-linux-x86_64.cdx.json").read_bytes()
    assert validate_sbom(document) == ()
    text = document.decode()
    components = {component["name"]: component for component in json.loads(text)["components"]}
    assert components["python"]["version"] == "3.12.1"
    assert components["python"]["pedigree"]["ancestors"][0]["version"] == "3.9.18"
    assert components["crypt"]["components"][0]["name"] == "openssl"
    assert components["crypt"]["components"][0]["version"] == "3.5.4"


def test_a_second_run_asks_nothing_and_says_the_same(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop")
    first = uplock(capfd, "run", shop, "--json").json
    asked, files = requests(http), snapshot(shop)
    second = uplock(capfd, "run", shop, "--json")
    assert requests(http) == asked
    assert snapshot(shop) == files
    assert second.json == {**first, "changed": False}
    assert len(uplock(capfd, "history", shop, "--json").json) == 1


def test_without_receipt_nothing_is_inspected_or_fetched_again(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    shop = project(tmp_path / "shop")
    first = uplock(capfd, "run", shop, "--json").json
    (shop / ".uplock/receipt.json").unlink()
    asked, files = requests(http), snapshot(shop)
    assert uplock(capfd, "run", shop, "--json").json == {**first, "changed": False}
    assert requests(http) == asked
    assert snapshot(shop) == files


def test_an_edited_input_is_noticed(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop")
    first = uplock(capfd, "run", shop, "--json").json
    project(shop, PYPROJECT.replace('"till", "crypt"', '"till"'))
    second = uplock(capfd, "run", shop, "--json").json
    assert second["changed"]
    assert second["parent"] == first["generation"]
    assert "crypt" not in (shop / "locks/requirements.py312-linux-x86_64.txt").read_text()
    assert len(uplock(capfd, "history", shop, "--json").json) == 2


@pytest.mark.usefixtures("http")
@pytest.mark.parametrize("name", ["pylock.py312-linux-x86_64.toml", "requirements.py39-linux-x86_64.txt"])
def test_a_flipped_byte_in_a_lock_is_an_integrity_error(tmp_path: Path, capfd: Capture, name: str) -> None:
    shop = project(tmp_path / "shop")
    uplock(capfd, "run", shop)
    lock = shop / "locks" / name
    data = bytearray(lock.read_bytes())
    data[-20] ^= 1
    lock.write_bytes(data)
    before = snapshot(shop)
    answer = uplock(capfd, "run", shop)
    assert answer.code == 4
    assert name in answer.err
    assert "Remedy:" in answer.err
    assert snapshot(shop) == before


def test_a_missing_blob_is_fetched_again(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop")
    first = uplock(capfd, "run", shop, "--json").json
    for blob in (shop / ".uplock/blobs").rglob("*"):
        if blob.is_file() and blob.stat().st_nlink > 1:
            blob.unlink()
            break
    else:
        pytest.fail("no artifact is linked into the archive")
    assert uplock(capfd, "run", shop, "--json").json == {**first, "changed": False}
    assert blob.exists()


def test_a_changed_policy_is_noticed_without_asking_the_index(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop")
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    asked = requests(http)
    project(shop, PYPROJECT + '\n[tool.uplock.policy]\nseverities = { AT001 = "error" }\n')
    answer = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json")
    assert answer.code == 1
    assert not answer.json["changed"]
    assert requests(http) == asked


def test_a_newer_trusted_root_is_noticed_and_verified_under_without_asking_the_index(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    name, data = build_wheel("coin", "1.1")
    attestation = private_instance().attest(
        statement((name, sha256_of(data)), predicate=publish_predicate_type()), github()
    )
    documents, root = tmp_path / "documents", tmp_path / "root.json"
    documents.mkdir()
    (documents / f"{name}.provenance").write_bytes(provenance([attestation]))
    shop = project(tmp_path / "shop")
    outcomes, roots = [], []
    for instance in (private_instance(), PrivateSigstore()):
        root.write_bytes(instance.root())
        asked = len(http.requests)
        answer = uplock(capfd, "run", shop, "--trusted-root", root, "--provenance-dir", documents, "--json").json
        outcomes.append([each["outcome"] for each in answer["targets"][1]["attested"] if each["package"] == "coin"])
        roots.append(answer["trusted_root"])
    assert outcomes == [["verified"], ["invalid"]]
    assert roots[0] != roots[1]
    assert len(http.requests) == asked


@pytest.mark.usefixtures("http")
def test_two_places_give_the_same_bytes(tmp_path: Path, capfd: Capture) -> None:
    one, other = project(tmp_path / "one" / "shop"), project(tmp_path / "other" / "place" / "shop")
    first, second = (uplock(capfd, "run", shop, "--as-of", AS_OF, "--json").json for shop in (one, other))
    assert snapshot(one) == snapshot(other)
    assert first == second


def test_a_fresh_clone_gets_its_generation_back(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    import shutil

    shop = project(tmp_path / "shop")
    first = uplock(capfd, "run", shop, "--json").json
    clone = tmp_path / "clone" / "shop"
    shutil.copytree(shop, clone, ignore=shutil.ignore_patterns(".uplock", "sboms", "verdicts"))
    second = uplock(capfd, "run", clone, "--json").json
    assert second == {**first, "changed": False}
    assert snapshot(clone) == snapshot(shop)
    assert [entry["id"] for entry in uplock(capfd, "history", clone, "--json").json] == [first["generation"]]


def test_upgrade_moves_the_cut_off_and_records_a_generation(
    index: IndexSimulator, http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    shop = project(tmp_path / "shop", PYPROJECT.replace('exclude-newer = "2026-03-01T00:00:00Z"\n', ""))
    first = uplock(capfd, "run", shop, "--json").json
    index.publish(*build_wheel("till", "3.0", requires_python=">=3.10"), requires_python=">=3.10")
    (shop / ".uplock/receipt.json").unlink()
    assert uplock(capfd, "run", shop, "--json").json["generation"] == first["generation"]
    answer = uplock(capfd, "run", shop, "--upgrade", "--json").json
    assert answer["changed"]
    assert "till==3.0" in (shop / "locks/requirements.py312-linux-x86_64.txt").read_text()


@pytest.mark.usefixtures("http")
def test_a_target_without_a_wheel_is_a_finding_and_has_no_lock(
    index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    shop = project(tmp_path / "shop", PYPROJECT.replace('["3.12.1"]', '["3.12.1", "3.14.0"]'))
    answer = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json")
    assert answer.code == 1
    target = answer.json["targets"][-1]
    assert target["target"] == "py314-linux-x86_64"
    assert "AR001" in {finding["rule"] for finding in target["findings"]}
    assert not (shop / "locks/pylock.py314-linux-x86_64.toml").exists()
    assert (shop / "locks/pylock.py312-linux-x86_64.toml").exists()


@pytest.mark.usefixtures("http")
def test_a_dropped_target_takes_its_files_with_it(tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", PYPROJECT.replace('["3.12.1"]', '["3.12.1", "3.13.0"]'))
    uplock(capfd, "run", shop)
    assert (shop / "sboms/py313-linux-x86_64.cdx.json").exists()
    project(shop)
    uplock(capfd, "run", shop)
    assert not [name for name in snapshot(shop) if "py313" in name]


@pytest.mark.usefixtures("http")
def test_the_text_says_what_the_json_says(tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop")
    facts = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json").json
    text = uplock(capfd, "run", shop, "--as-of", AS_OF).out
    for value in leaves({**facts, "changed": None, "as_of": None, "exclude_newer": None}):
        assert value in text


def leaves(value: object) -> Iterator[str]:
    """Yield every string and digest of a JSON document, but the enumerations that text words differently."""
    worded = {"baseline", "target", "fail", "pass", "undetermined", "unchecked"}
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str) and value not in worded:
        yield value if len(value) != 64 else value[:12]


@pytest.mark.usefixtures("http")
def test_a_plain_requirements_file_is_enough(tmp_path: Path, capfd: Capture) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "requirements.in").write_text("coin\n")
    answer = uplock(capfd, "run", folder, "--as-of", AS_OF, "--json")
    assert answer.code == 0, answer.err
    assert [target["role"] for target in answer.json["targets"]] == ["target", "target"]
    assert not any(finding["rule"] == "PY001" for target in answer.json["targets"] for finding in target["findings"])
