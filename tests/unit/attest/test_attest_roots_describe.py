"""How old a trusted root is known to be: by the package's release, by a record beside the file, or not at all."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from support.attestations import private_instance
from uplock.attest.roots import MAX_RECORD, describe, embedded_root, read_record, record_place, sigstore_version
from uplock.errors import InputError
from uplock.model.digest import sha256_of
from uplock.model.identity import TrustedRoot
from uplock.model.trust_outcome import MAX_VERSION, RootRecord, TufVersions, age_days, parse_record
from uplock.model.value import changed, encode, encode_pretty

ROOT = private_instance().root()
RECORD = RootRecord(
    sha256=sha256_of(ROOT),
    instance="production",
    versions=TufVersions(root=15, timestamp=400, snapshot=170, targets=14),
    confirmed=date(2026, 11, 20),
    expires=datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A refreshed root with its record."""
    path = tmp_path / "trusted_root.json"
    path.write_bytes(ROOT)
    record_place(path).write_bytes(encode_pretty(RECORD))
    return path


def test_an_embedded_root_is_dated_by_the_release_that_it_came_with() -> None:
    staging = describe(embedded_root("staging"), None)

    assert staging.sha256 == sha256_of(embedded_root("staging"))
    assert staging.origin == "embedded"
    assert staging.tuf_version is None
    if version("sigstore") == "4.5.1":
        assert staging.dated == date(2026, 10, 20)


def _install(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "sigstore").mkdir()
    (folder / "sigstore" / "__init__.py").touch()
    (folder / name).mkdir()
    monkeypatch.delitem(sys.modules, "sigstore")
    monkeypatch.syspath_prepend(folder)


@pytest.mark.parametrize(
    ("name", "known", "dated"),
    [
        ("sigstore-4.2.0.dist-info", "4.2.0", date(2026, 1, 26)),
        ("sigstore-4.99.0.dist-info", "4.99.0", None),
        ("sigstore_models-4.2.0.dist-info", None, None),
    ],
    ids=["listed", "newer than the list", "no metadata"],
)
def test_the_day_of_a_release_is_known_for_listed_versions_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, known: str | None, dated: date | None
) -> None:
    _install(tmp_path, name, monkeypatch)

    assert sigstore_version() == known
    assert describe(ROOT, None) == TrustedRoot(sha256=sha256_of(ROOT), origin="embedded", dated=dated)


def test_a_file_is_as_old_as_its_record_says(root: Path) -> None:
    assert describe(ROOT, root) == TrustedRoot(
        sha256=sha256_of(ROOT), origin="file", tuf_version=14, dated=date(2026, 11, 20)
    )


def test_a_file_without_a_record_is_of_unknown_age(root: Path) -> None:
    record_place(root).unlink()

    assert describe(ROOT, root) == TrustedRoot(sha256=sha256_of(ROOT), origin="file")
    assert read_record(root) is None


def test_a_record_of_another_root_tells_nothing(root: Path) -> None:
    other = embedded_root("production")

    assert describe(other, root) == TrustedRoot(sha256=sha256_of(other), origin="file")
    assert read_record(root) == RECORD


def _text(**members: object) -> bytes:
    return json.dumps({**json.loads(encode(RECORD)), **members}).encode()


BAD = {
    "empty": b"",
    "cut": encode_pretty(RECORD)[:100],
    "binary": b"\xff\xfe",
    "an array": b"[]",
    "deep": b"[" * 20_000,
    "another format": _text(format=2),
    "an unknown member": _text(trusted=True),
    "no digest": _text(sha256="none"),
    "another instance": _text(instance="private"),
    "a version as text": _text(versions={"root": "15", "timestamp": 1, "snapshot": 1, "targets": 1}),
    "a version below 1": _text(versions={"root": 0, "timestamp": 1, "snapshot": 1, "targets": 1}),
    "a negative version": _text(versions={"root": 1, "timestamp": 1, "snapshot": 1, "targets": -1}),
    "a huge version": _text(versions={"root": 1, "timestamp": 1, "snapshot": MAX_VERSION + 1, "targets": 1}),
    "an endless version": _text(versions={"root": 10**4000, "timestamp": 1, "snapshot": 1, "targets": 1}),
    "no time zone": _text(expires="2026-11-27T09:30:00"),
    "no day": _text(confirmed="2026-02-30"),
    "confirmed after its end": _text(confirmed="2026-11-28"),
    "huge": b" " * (MAX_RECORD + 1),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_record_that_lies_or_is_malformed_is_an_error_with_a_place_and_a_remedy(root: Path, content: bytes) -> None:
    record_place(root).write_bytes(content)

    with pytest.raises(InputError) as caught:
        describe(ROOT, root)
    assert caught.value.context.startswith(f"{root}.tuf.json")
    assert caught.value.remedy


@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling link"])
def test_a_record_that_is_no_file_is_an_error(root: Path, kind: str) -> None:
    place = record_place(root)
    place.unlink()
    match kind:
        case "folder":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case _:
            place.symlink_to("nowhere")

    with pytest.raises(InputError):
        describe(ROOT, root)


def test_a_record_is_read_as_it_was_written() -> None:
    assert parse_record(encode_pretty(RECORD)) == RECORD


def test_age_counts_whole_days_in_utc_and_is_unknown_before_the_day_itself() -> None:
    root = TrustedRoot(sha256=sha256_of(ROOT), origin="file", dated=date(2026, 11, 20))

    assert age_days(root, datetime(2026, 11, 20, tzinfo=UTC)) == 0
    assert age_days(root, datetime(2026, 11, 20, 23, 59, tzinfo=UTC)) == 0
    assert age_days(root, datetime(2026, 12, 20, tzinfo=UTC)) == 30
    assert age_days(root, datetime.fromisoformat("2026-12-20T23:30:00-02:00")) == 31
    assert age_days(root, datetime(2026, 11, 19, 23, 59, tzinfo=UTC)) is None
    assert age_days(changed(root, dated=None), datetime(2026, 11, 20, tzinfo=UTC)) is None
