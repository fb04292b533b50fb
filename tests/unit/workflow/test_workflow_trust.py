"""Refreshing a trusted root over HTTP: both files or none, never back, never over what came from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from support.attestations import private_instance
from support.private_sigstore import PrivateSigstore
from support.tuf_repository import FAR, TufRepository, TufServer
from uplock.attest.roots import describe, read_record, record_place
from uplock.attest.trust_update import Repository, newest_root
from uplock.cli.downloads import downloads
from uplock.errors import ArchiveError, Error, InputError, IntegrityError, NetworkError, UsageError
from uplock.model.digest import sha256_of
from uplock.model.trust_outcome import Instance, RootRecord, TrustRefreshResult, TufVersions
from uplock.workflow.trust import Source, refresh

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

FIRST, SECOND = private_instance().root(), PrivateSigstore().root()
SHIPPED = PrivateSigstore().root()
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[TufServer]:
    """A repository on loopback whose first trusted root is ``FIRST``."""
    with TufServer(TufRepository(FIRST, version=7)) as served:
        yield served


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the root is to be, in a folder of its own."""
    return tmp_path / "project" / "trusted_root.json"


def run(server: TufServer, file: Path, *, now: datetime = NOW, instance: Instance = "production") -> TrustRefreshResult:
    """Refresh as the command does."""
    repository = server.repository()
    fetch = downloads(repository.url, {}, Path("none"), Path("none"), backoff=0.0)
    source = Source(instance, SHIPPED, lambda: newest_root(repository, fetch))
    return refresh(file, source, record=read_record(file), now=now)


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def refused(server: TufServer, file: Path, kind: type[Error], message: str) -> Error:
    """Return the error that a refresh ends with, which must leave everything as it was."""
    before = content(file.parent)
    with pytest.raises(kind, match=message) as caught:
        run(server, file)
    assert caught.value.remedy
    assert content(file.parent) == before
    return caught.value


def test_a_first_root_is_written_with_a_record_of_how_it_was_come_by(server: TufServer, file: Path) -> None:
    result = run(server, file)

    record = RootRecord(
        sha256=sha256_of(FIRST),
        instance="production",
        versions=TufVersions(root=1, timestamp=7, snapshot=7, targets=7),
        confirmed=date(2026, 11, 22),
        expires=FAR,
    )
    assert result == TrustRefreshResult(file=str(file), state="new", record=record)
    assert file.read_bytes() == FIRST
    assert read_record(file) == record
    assert describe(FIRST, file).dated == date(2026, 11, 22)
    assert describe(FIRST, file).tuf_version == 7
    assert sorted(content(file.parent)) == ["trusted_root.json", "trusted_root.json.tuf.json"]


def test_a_new_version_replaces_the_root_and_says_which_was_there(server: TufServer, file: Path) -> None:
    run(server, file)
    server.served.update(SECOND)

    result = run(server, file)

    assert (result.state, result.before) == ("updated", sha256_of(FIRST))
    assert result.versions_before == TufVersions(root=1, timestamp=7, snapshot=7, targets=7)
    assert result.record.versions.targets == 8
    assert file.read_bytes() == SECOND


def test_an_unchanged_root_is_confirmed_and_so_grows_younger(server: TufServer, file: Path) -> None:
    run(server, file)

    result = run(server, file, now=NOW + timedelta(days=40))

    assert (result.state, result.before) == ("unchanged", sha256_of(FIRST))
    assert describe(FIRST, file).dated == date(2027, 1, 1)


def test_a_second_refresh_of_the_same_day_touches_no_file(server: TufServer, file: Path) -> None:
    run(server, file)
    before = [os.stat(path).st_mtime_ns for path in (file, record_place(file))]

    assert run(server, file).state == "unchanged"
    assert [os.stat(path).st_mtime_ns for path in (file, record_place(file))] == before


def test_rotated_keys_are_followed(server: TufServer, file: Path) -> None:
    run(server, file)
    server.served.rotate("root")
    server.served.rotate("targets")

    assert run(server, file).record.versions.root == 3


def test_a_root_of_the_package_may_be_replaced_though_it_has_no_record(server: TufServer, file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(SHIPPED)

    assert run(server, file).state == "updated"


@pytest.mark.parametrize("held", [SECOND, b"[project]\n", b""], ids=["a root of one's own", "another file", "empty"])
def test_what_came_from_elsewhere_is_not_replaced(server: TufServer, file: Path, held: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(held)

    refused(server, file, UsageError, "no record")
    assert server.requests == []


def test_a_root_of_the_other_instance_is_not_replaced(server: TufServer, file: Path) -> None:
    run(server, file, instance="staging")
    server.requests.clear()

    refused(server, file, UsageError, "comes from the staging instance")
    assert server.requests == []


def test_a_root_that_was_edited_is_replaced_by_the_verified_one(server: TufServer, file: Path) -> None:
    run(server, file)
    file.write_bytes(SECOND)

    assert run(server, file).state == "updated"
    assert file.read_bytes() == FIRST


@pytest.mark.parametrize("present", [True, False], ids=["with the root", "without the root"])
def test_an_older_version_is_refused_as_long_as_there_is_a_record(
    server: TufServer, file: Path, *, present: bool
) -> None:
    old = dict(server.served.files)
    server.served.update(SECOND)
    run(server, file)
    if not present:
        file.unlink()
    server.served.files = old

    error = refused(server, file, IntegrityError, "version 7 of its timestamp metadata, and 8 was seen")
    assert error.exit_code == 4


def test_older_keys_are_refused(server: TufServer, file: Path) -> None:
    old = dict(server.served.files)
    server.served.rotate("root")
    run(server, file)
    server.served.files = old

    refused(server, file, IntegrityError, "version 1 of its root metadata, and 2 was seen")


def test_another_root_under_a_version_that_was_seen_is_refused(server: TufServer, file: Path) -> None:
    run(server, file)
    server.served.content = SECOND
    server.served.publish()

    refused(server, file, IntegrityError, "another root under version 7")


def test_a_lying_record_is_an_error_before_anything_is_asked(server: TufServer, file: Path) -> None:
    run(server, file)
    server.requests.clear()
    record_place(file).write_text("{}")

    refused(server, file, InputError, "RootRecord")
    assert server.requests == []


def test_a_tampered_root_is_refused(server: TufServer, file: Path) -> None:
    run(server, file)
    server.served.update(SECOND)
    server.served.files[server.served.target_path] = SECOND.replace(b"private", b"privacy")

    assert refused(server, file, IntegrityError, "another file than is signed for").exit_code == 4


def test_expired_metadata_is_refused(server: TufServer, file: Path) -> None:
    run(server, file)
    server.served.expires["timestamp"] = datetime(2026, 1, 1, tzinfo=UTC)
    server.served.update(SECOND)

    assert refused(server, file, NetworkError, "expired").exit_code == 3


@pytest.mark.parametrize("part", ["timestamp.json", ".snapshot.json", "targets/"])
def test_a_file_without_an_end_is_refused(server: TufServer, file: Path, part: str) -> None:
    run(server, file)
    server.huge(part)

    refused(server, file, InputError, "larger than 5000000 bytes")


@pytest.mark.parametrize("part", ["timestamp.json", ".targets.json", "targets/"])
def test_a_connection_that_is_cut_is_tried_again(server: TufServer, file: Path, part: str) -> None:
    server.truncate(part, keep=100, times=1)

    assert run(server, file).state == "new"


def test_a_connection_that_is_always_cut_leaves_the_files_whole(server: TufServer, file: Path) -> None:
    run(server, file)
    server.served.update(SECOND)
    server.truncate("targets/", keep=100)

    assert refused(server, file, NetworkError, "lost").exit_code == 3


def test_a_server_that_fails_leaves_the_files_whole(server: TufServer, file: Path) -> None:
    run(server, file)
    server.fail(500)

    error = refused(server, file, NetworkError, "500")
    assert "index" not in error.remedy


def test_without_a_network_the_files_stay_whole(server: TufServer, file: Path) -> None:
    run(server, file)
    before = content(file.parent)

    repository = Repository(url="http://127.0.0.1:1", keys=server.repository().keys)
    fetch = downloads(repository.url, {}, Path("none"), Path("none"), backoff=0.0)
    source = Source("production", SHIPPED, lambda: newest_root(repository, fetch))

    with pytest.raises(NetworkError, match="no connection") as caught:
        refresh(file, source, record=read_record(file), now=NOW)
    assert "copy the file" in caught.value.remedy
    assert content(file.parent) == before


def test_credentials_of_an_index_are_not_sent_to_the_repository(server: TufServer, file: Path, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    environ = {"NETRC": str(netrc), "UPLOCK_INDEX_USERNAME": "me", "UPLOCK_INDEX_PASSWORD": "secret"}
    repository = server.repository()
    fetch = downloads(repository.url, environ, tmp_path, tmp_path)

    newest_root(repository, fetch)

    assert server.requests
    assert not [each for each in server.requests if "authorization" in each.headers]
    assert not file.exists()


def test_a_place_that_cannot_be_written_is_an_error_of_ours(server: TufServer, tmp_path: Path) -> None:
    (tmp_path / "blocked").touch()

    refused(server, tmp_path / "blocked" / "root.json", ArchiveError, "cannot write")
