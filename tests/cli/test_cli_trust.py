"""``uplock trust``: what holds here, how old it is, and how a newer one comes; and that every command heeds it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from support.attestations import DIGEST, WHEEL, attested, private_instance
from support.committed_schema import valid
from support.connect_proxy import in_place_of_the_public_one
from support.http_index import HttpIndex
from support.private_sigstore import PrivateSigstore
from support.shop import AS_OF, PYPROJECT, project, snapshot, uplock
from support.tuf_repository import TufRepository, TufServer
from uplock.attest.roots import embedded_root, record_place
from uplock.model.digest import sha256_of
from uplock.model.trust_outcome import RootRecord, TufVersions
from uplock.model.value import changed, encode_pretty

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

ROOT = private_instance().root()
RECORD = RootRecord(
    sha256=sha256_of(ROOT),
    instance="production",
    versions=TufVersions(root=15, timestamp=400, snapshot=170, targets=14),
    confirmed=date(2026, 11, 12),
    expires=datetime(2026, 11, 19, 9, 30, tzinfo=UTC),
)


def written(folder: Path, root: bytes = ROOT, record: RootRecord | None = RECORD) -> Path:
    """Write a root, with a record if there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "trusted_root.json"
    path.write_bytes(root)
    if record is not None:
        record_place(path).write_bytes(encode_pretty(record))
    return path


def configured(folder: Path, digest: str | None = None, root: bytes = ROOT) -> Path:
    """Write a project with a root of its own, and that root without a record."""
    pinned = "" if digest is None else f', sha256 = "{digest}"'
    written(folder, root, None)
    return project(folder, f'{PYPROJECT}trusted-root = {{ path = "trusted_root.json"{pinned} }}\n')


# --- show -------------------------------------------------------------------------------------------------------------


def test_show_says_what_the_embedded_root_is_without_any_network(tmp_path: Path, capfd: Capture) -> None:
    facts = uplock(capfd, "trust", "show", "--project", tmp_path, "--as-of", AS_OF, "--json").json
    valid(facts, "trust-show")
    assert facts["root"]["sha256"] == sha256_of(embedded_root("production"))
    assert facts["root"]["origin"] == "embedded"
    assert facts["root"]["tuf_version"] is None
    assert facts["record"] is None

    text = uplock(capfd, "trust", "show", "--project", tmp_path, "--as-of", AS_OF)
    assert text.code == 0
    assert f"sha256       {facts['root']['sha256']}" in text.out
    assert "TUF version  unknown" in text.out
    for group in ("certificate_authorities", "certificate_logs", "transparency_logs", "timestamp_authorities"):
        assert f"{group.replace('_', ' ')} ({len(facts['content'][group])})" in text.out
        for each in facts["content"][group]:
            assert each["url"] in text.out
            assert all(inner["sha256"] in text.out for inner in each.get("certificates", ()))
            assert each.get("log_id", "") in text.out


def test_show_of_the_staging_instance_is_another_root(tmp_path: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "trust", "show", "--project", tmp_path, "--staging", "--json")
    assert answer.json["root"]["sha256"] == sha256_of(embedded_root("staging"))
    assert answer.json["source"].endswith(", staging")


def test_show_of_a_refreshed_file_knows_age_and_versions(tmp_path: Path, capfd: Capture) -> None:
    path = written(tmp_path)
    facts = uplock(capfd, "trust", "show", "--trusted-root", path, "--as-of", "2026-11-22", "--json").json
    valid(facts, "trust-show")
    assert (facts["root"]["tuf_version"], facts["root"]["dated"], facts["age_days"]) == (14, "2026-11-12", 10)
    assert facts["record"]["versions"]["timestamp"] == 400

    text = uplock(capfd, "trust", "show", "--trusted-root", path, "--as-of", "2026-11-22").out
    assert "age          10 days (dated 2026-11-12)" in text
    assert "TUF version  14" in text
    assert "TUF          root 15, timestamp 400, snapshot 170, targets 14" in text
    assert "confirmed    2026-11-12, by metadata that is signed until 2026-11-19T09:30:00Z" in text


def test_show_before_the_day_of_a_root_knows_no_age(tmp_path: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "trust", "show", "--trusted-root", written(tmp_path), "--as-of", "2026-11-11")
    assert "age          unknown: it is dated 2026-11-12, which is later" in answer.out


@pytest.mark.parametrize(
    "record", [None, changed(RECORD, sha256=sha256_of(b"another"))], ids=["no record", "a record of another root"]
)
def test_show_without_a_record_of_this_file_knows_no_age(
    tmp_path: Path, capfd: Capture, record: RootRecord | None
) -> None:
    path = written(tmp_path, record=record)
    facts = uplock(capfd, "trust", "show", "--trusted-root", path, "--json").json
    valid(facts, "trust-show")
    assert (facts["root"]["tuf_version"], facts["root"]["dated"], facts["age_days"]) == (None, None, None)
    assert facts["record"] is None
    assert "age          unknown\n" in uplock(capfd, "trust", "show", "--trusted-root", path).out


def test_show_of_a_private_root_without_addresses_and_with_an_end(tmp_path: Path, capfd: Capture) -> None:
    root = json.loads(ROOT)
    root["tlogs"][0].pop("baseUrl")
    root["tlogs"][0]["publicKey"]["validFor"] = {"end": "2026-01-01T00:00:00Z"}
    authority = root["certificateAuthorities"][0]
    authority.pop("subject")
    authority["uri"] = "##[error]steering"
    path = written(tmp_path, json.dumps(root).encode(), None)

    text = uplock(capfd, "trust", "show", "--trusted-root", path, "--as-of", "2026-11-22").out

    assert "  no address · PKIX_ECDSA_P256_SHA_256 · from the beginning to 2026-01-01, ended" in text
    assert " · no name · " in text
    assert "##[error]" not in text


def test_show_takes_the_root_that_the_project_names(tmp_path: Path, capfd: Capture) -> None:
    shop = configured(tmp_path / "shop", sha256_of(ROOT))
    answer = uplock(capfd, "trust", "show", "--project", shop, "--json")
    assert answer.json["root"] == {"sha256": sha256_of(ROOT), "origin": "file", "tuf_version": None, "dated": None}
    assert answer.json["source"] == str(shop / "trusted_root.json")


def test_a_root_with_another_digest_than_configured_is_an_integrity_error(tmp_path: Path, capfd: Capture) -> None:
    shop = configured(tmp_path / "shop", "ab" * 32)
    answer = uplock(capfd, "trust", "show", "--project", shop, "--json")
    assert answer.code == 4
    valid(answer.json, "error")
    assert answer.json["error"]["kind"] == "integrity"


@pytest.mark.parametrize("content", [b"{}", b"trustedroot", b"application/vnd.dev.sigstore.trustedroot", b""])
def test_what_is_no_trusted_root_is_an_input_error(tmp_path: Path, capfd: Capture, content: bytes) -> None:
    answer = uplock(capfd, "trust", "show", "--trusted-root", written(tmp_path, content, None), "--json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "input")
    assert answer.json["error"]["context"]
    assert answer.json["error"]["remedy"]


def test_a_lying_record_is_an_input_error(tmp_path: Path, capfd: Capture) -> None:
    path = written(tmp_path, record=changed(RECORD, confirmed=date(2099, 1, 1)))
    answer = uplock(capfd, "trust", "show", "--trusted-root", path)
    assert answer.code == 3
    assert "trusted_root.json.tuf.json: confirmed on 2099-01-01 by metadata that had ended on 2026-11-19" in answer.err
    assert "Remedy: Restore it from version control" in answer.err


def test_file_and_staging_exclude_each_other(tmp_path: Path, capfd: Capture) -> None:
    assert uplock(capfd, "trust", "show", "--staging", "--trusted-root", written(tmp_path)).code == 2


def test_a_project_that_is_none_is_a_configuration_error(tmp_path: Path, capfd: Capture) -> None:
    assert uplock(capfd, "trust", "show", "--project", tmp_path / "none").code == 2


# --- refresh ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TufServer]:
    """A repository in the place of the public one, known to an installed sigstore by its keys."""
    served = TufRepository(ROOT)
    keys, shipped = served.repository().keys, PrivateSigstore().root()
    with in_place_of_the_public_one(served, keys, shipped, tmp_path, monkeypatch) as server:
        yield server


def test_refresh_writes_a_root_and_its_record_to_commit(repository: TufServer, tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "shop" / "trusted_root.json"

    answer = uplock(capfd, "trust", "refresh", path, "--json")

    assert answer.code == 0, answer.err
    valid(answer.json, "trust-refresh")
    assert answer.json["state"] == "new"
    assert path.read_bytes() == ROOT
    record = json.loads(record_place(path).read_bytes())
    valid(record, "root-record")
    assert record == answer.json["record"]
    assert {path.stat().st_mode & 0o777, record_place(path).stat().st_mode & 0o777} == {0o644}


def test_refresh_says_what_changed(repository: TufServer, tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "trusted_root.json"
    assert "· new\n" in uplock(capfd, "trust", "refresh", path).out
    assert "· unchanged\n" in uplock(capfd, "trust", "refresh", path).out
    repository.served.update(PrivateSigstore().root())

    text = uplock(capfd, "trust", "refresh", path).out

    assert "· updated\n" in text
    assert f"sha256       {sha256_of(path.read_bytes())}" in text
    assert f"before       {sha256_of(ROOT)}" in text
    assert "TUF          root 1, timestamp 2, snapshot 2, targets 2" in text


def test_a_refreshed_root_is_as_young_as_its_day(repository: TufServer, tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "trusted_root.json"
    uplock(capfd, "trust", "refresh", path)

    facts = uplock(capfd, "trust", "show", "--trusted-root", path, "--json").json

    assert facts["age_days"] == 0
    assert facts["root"]["tuf_version"] == 1


def test_refresh_refuses_to_go_back(repository: TufServer, tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "trusted_root.json"
    old = dict(repository.served.files)
    repository.served.update(ROOT)
    uplock(capfd, "trust", "refresh", path)
    before = snapshot(tmp_path)
    repository.served.files = old

    answer = uplock(capfd, "trust", "refresh", path, "--json")

    assert (answer.code, answer.json["error"]["kind"]) == (4, "integrity")
    assert snapshot(tmp_path) == before


@pytest.mark.usefixtures("repository")
def test_refresh_names_the_authority_when_tls_fails(
    tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    answer = uplock(capfd, "trust", "refresh", tmp_path / "root.json", "--json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "network")
    assert not (tmp_path / "root.json").exists()


def test_refresh_without_a_network_leaves_the_file_whole(
    tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path)
    before = snapshot(tmp_path)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    answer = uplock(capfd, "trust", "refresh", path, "--json")

    valid(answer.json, "error")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "network")
    assert "copy the file" in answer.json["error"]["remedy"]
    assert snapshot(tmp_path) == before


@pytest.mark.disable_socket
def test_refresh_does_not_even_ask_where_it_may_not_write(tmp_path: Path, capfd: Capture) -> None:
    path = written(tmp_path, record=None)
    answer = uplock(capfd, "trust", "refresh", path, "--json")
    assert (answer.code, answer.json["error"]["kind"]) == (2, "usage")
    assert path.read_bytes() == ROOT


# --- every command heeds the configuration ----------------------------------------------------------------------------


def test_verify_takes_the_root_that_the_project_names(tmp_path: Path, capfd: Capture) -> None:
    shop = configured(tmp_path / "shop", sha256_of(ROOT))
    document = tmp_path / "wheel.provenance"
    document.write_text(json.dumps(attested()))
    arguments: list[str | Path] = [WHEEL, f"sha256:{DIGEST}", "--provenance", document, "--json"]

    inside = uplock(capfd, "verify", "artifact", *arguments, "--project", shop)
    outside = uplock(capfd, "verify", "artifact", *arguments)
    option = uplock(capfd, "verify", "artifact", *arguments, "--project", shop, "--staging")

    assert (inside.code, inside.json["trusted_root"]) == (0, sha256_of(ROOT))
    assert (outside.code, outside.json["trusted_root"]) == (1, sha256_of(embedded_root("production")))
    assert (option.code, option.json["trusted_root"]) == (1, sha256_of(embedded_root("staging")))


def _root_of(capfd: Capture, shop: Path, *arguments: str | Path) -> dict[str, object]:
    answer = uplock(capfd, "run", shop, "--as-of", AS_OF, *arguments, "--json")
    assert answer.code in {0, 1}, answer.err
    root: dict[str, object] = answer.json["trusted_root"]
    return root


@pytest.mark.usefixtures("http")
def test_run_takes_the_root_that_the_project_names_and_an_option_wins(tmp_path: Path, capfd: Capture) -> None:
    shop = configured(tmp_path / "shop")

    assert _root_of(capfd, shop) == {"sha256": sha256_of(ROOT), "origin": "file", "tuf_version": None, "dated": None}
    assert _root_of(capfd, shop, "--staging")["sha256"] == sha256_of(embedded_root("staging"))
    assert _root_of(capfd, shop)["sha256"] == sha256_of(ROOT)


def test_a_run_notices_another_root_and_another_record(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    shop = configured(tmp_path / "shop")
    assert _root_of(capfd, shop)["dated"] is None
    http.requests.clear()
    assert _root_of(capfd, shop)["dated"] is None
    assert http.requests == [], "nothing changed, so nothing is asked"

    written(shop)
    assert _root_of(capfd, shop)["dated"] == "2026-11-12"
    other = PrivateSigstore().root()
    written(shop, other)
    assert _root_of(capfd, shop) == {"sha256": sha256_of(other), "origin": "file", "tuf_version": None, "dated": None}


@pytest.mark.usefixtures("http")
def test_a_run_notices_another_record_of_a_root_that_an_option_names(tmp_path: Path, capfd: Capture) -> None:
    shop, path = project(tmp_path / "shop"), written(tmp_path / "roots")
    assert _root_of(capfd, shop, "--trusted-root", path)["dated"] == "2026-11-12"
    record_place(path).unlink()
    assert _root_of(capfd, shop, "--trusted-root", path)["dated"] is None


@pytest.mark.usefixtures("http")
def test_a_run_under_a_root_with_another_digest_is_an_integrity_error(tmp_path: Path, capfd: Capture) -> None:
    shop = configured(tmp_path / "shop", sha256_of(ROOT))
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    before = snapshot(shop)
    (shop / "trusted_root.json").write_bytes(PrivateSigstore().root())

    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 4
    (shop / "trusted_root.json").write_bytes(ROOT)
    assert snapshot(shop) == before


@pytest.mark.usefixtures("http")
def test_a_run_under_a_root_that_is_missing_never_takes_another(tmp_path: Path, capfd: Capture) -> None:
    shop = configured(tmp_path / "shop")
    os.unlink(shop / "trusted_root.json")

    answer = uplock(capfd, "run", shop, "--as-of", AS_OF, "--json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "input")
