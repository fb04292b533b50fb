"""The newest root of an update repository: a real one, made with the reference library, and spoilt step by step."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sigstore._internal.tuf import DEFAULT_TUF_URL, STAGING_TUF_URL  # the oracle is what sigstore itself asks
from sigstore._utils import read_embedded

from support.attestations import private_instance
from support.private_sigstore import PrivateSigstore
from support.tuf_repository import FAR, URL, TufRepository
from uplock.attest.roots import MAX_ROOT
from uplock.attest.trust_update import MAX_DOWNLOAD, Repository, newest_root, public_repository
from uplock.errors import ArchiveError, Error, InputError, IntegrityError, NetworkError
from uplock.model.trust_outcome import TufVersions

ROOT = private_instance().root()
PAST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def made() -> TufRepository:
    return TufRepository(ROOT)


def refused(made: TufRepository, kind: type[Error], message: str) -> Error:
    """Return the error that reading a repository ends with."""
    with pytest.raises(kind, match=message) as caught:
        newest_root(made.repository(), made.fetch)
    assert type(caught.value) is kind
    assert caught.value.remedy
    return caught.value


def test_the_public_repositories_are_those_that_sigstore_asks_with_the_keys_that_it_ships() -> None:
    for instance, url in (("production", DEFAULT_TUF_URL), ("staging", STAGING_TUF_URL)):
        found = public_repository("staging" if instance == "staging" else "production")
        assert found == Repository(url=url, keys=read_embedded("root.json", url))


def test_the_root_comes_with_the_versions_and_the_first_end_of_its_metadata(made: TufRepository) -> None:
    ends = {
        role: FAR.replace(month=month) for month, role in enumerate(("root", "targets", "snapshot", "timestamp"), 2)
    }
    made.expires = dict(ends)
    made.update(ROOT)

    found = newest_root(made.repository(), made.fetch)

    assert found.root == ROOT
    assert found.versions == TufVersions(root=1, timestamp=2, snapshot=2, targets=2)
    assert found.expires == ends["root"]


def test_keys_that_were_replaced_since_are_followed_from_version_to_version(made: TufRepository) -> None:
    first = made.repository()
    for role in ("timestamp", "root", "targets", "root"):
        made.rotate(role)

    found = newest_root(first, made.fetch)

    assert found.versions.root == 5
    assert [name for name in made.asked if "root.json" in name and "targets/" not in name] == [
        f"{number}.root.json" for number in (2, 3, 4, 5, 6)
    ]


def test_a_repository_is_asked_below_its_url_however_that_ends(made: TufRepository) -> None:
    known = made.repository()

    assert newest_root(Repository(url=f"{URL}/", keys=known.keys), made.fetch) == newest_root(known, made.fetch)


def test_nothing_is_left_in_temporary_folders(
    made: TufRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    newest_root(made.repository(), made.fetch)
    del made.files[made.target_path]
    refused(made, NetworkError, "not all of its files")

    assert list(tmp_path.iterdir()) == []


def test_a_full_or_missing_temporary_folder_is_an_error_of_ours(
    made: TufRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))

    refused(made, ArchiveError, "cannot write")


def _same_length(made: TufRepository) -> None:
    made.files[made.target_path] = ROOT[:-1] + b" "


def _longer(made: TufRepository) -> None:
    made.files[made.target_path] += b" "


def _shorter(made: TufRepository) -> None:
    made.files[made.target_path] = ROOT[:-1]


def _signed_byte(made: TufRepository) -> None:
    name = "timestamp.json"
    changed = json.loads(made.files[name])
    changed["signed"]["version"] += 1
    made.files[name] = json.dumps(changed).encode()


def _stranger(made: TufRepository) -> None:
    """Everything signed by keys of one's own, over the right names."""
    own = TufRepository(PrivateSigstore().root(), version=2)
    made.files |= {name: body for name, body in own.files.items() if name != "1.root.json"}


def _own_root(made: TufRepository) -> None:
    """A next version of the keys that only its own keys vouch for."""
    own = TufRepository(ROOT, root_version=2)
    made.files["2.root.json"] = own.files["2.root.json"]


def _older_snapshot(made: TufRepository) -> None:
    old = made.files["1.snapshot.json"]
    made.update(ROOT)
    made.files["2.snapshot.json"] = old


def _older_targets(made: TufRepository) -> None:
    old = made.files["1.targets.json"]
    made.update(ROOT)
    made.files["2.targets.json"] = old


def _skipped_root(made: TufRepository) -> None:
    made.rotate("timestamp")
    made.rotate("timestamp")
    made.files["2.root.json"] = made.files["3.root.json"]


CONTRADICTIONS: dict[str, Callable[[TufRepository], None]] = {
    "another root of the same length": _same_length,
    "a longer root": _longer,
    "a root that is cut off": _shorter,
    "metadata changed after signing": _signed_byte,
    "metadata signed by a stranger": _stranger,
    "keys that nobody known vouches for": _own_root,
    "an older snapshot": _older_snapshot,
    "older targets": _older_targets,
    "keys of another version": _skipped_root,
}


@pytest.mark.parametrize("spoil", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_contradicts_signed_metadata_is_an_integrity_error(
    made: TufRepository, spoil: Callable[[TufRepository], None]
) -> None:
    spoil(made)

    error = refused(made, IntegrityError, "the update repository serves")
    assert error.exit_code == 4
    assert URL in error.context


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets"])
def test_metadata_that_has_expired_is_not_believed(made: TufRepository, role: str) -> None:
    made.expires[role] = PAST
    made.publish()

    error = refused(made, NetworkError, "expired")
    assert error.exit_code == 3
    assert "clock" in error.remedy


def test_shipped_keys_that_have_expired_still_lead_to_their_successors(made: TufRepository) -> None:
    made.expires["root"] = PAST
    made.publish()
    first = made.repository()
    del made.expires["root"]
    made.rotate("root")

    assert newest_root(first, made.fetch).versions.root == 2


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "1.targets.json"])
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 10_000, b"{}", b'{"signed": {}, "signatures": []}'])
def test_what_is_no_metadata_is_an_input_error(made: TufRepository, name: str, body: bytes) -> None:
    made.files[name] = body

    refused(made, InputError, "no TUF metadata")


def test_unusable_keys_to_begin_with_are_an_input_error(made: TufRepository) -> None:
    with pytest.raises(InputError, match="no TUF metadata"):
        newest_root(Repository(url=URL, keys=b"{}"), made.fetch)


def test_metadata_over_its_bound_is_an_input_error(made: TufRepository) -> None:
    made.files["timestamp.json"] += b" " * 20_000

    refused(made, InputError, "over its bound")


def test_a_repository_without_a_trusted_root_is_an_input_error() -> None:
    refused(TufRepository(ROOT, target="other.json"), InputError, "names no trusted root")


def test_a_root_that_only_a_delegated_role_names_is_not_taken(made: TufRepository) -> None:
    """Its version is not among those that are kept, so nothing would tell if it were set back."""
    made.delegate(ROOT)

    refused(made, InputError, "names no trusted root")
    assert "1.party.json" not in made.asked


def test_a_root_over_its_bound_is_not_even_asked_for() -> None:
    made = TufRepository(b" " * (MAX_ROOT + 1))

    refused(made, InputError, f"more than {MAX_ROOT} bytes")
    assert not [name for name in made.asked if name.startswith("targets/")]


@pytest.mark.parametrize("content", [b"", b"{}", ROOT[:-1], ROOT.replace(b"rawBytes", b"rawbytes")])
def test_a_root_that_is_none_is_refused_though_it_is_signed_for(content: bytes) -> None:
    refused(TufRepository(content), InputError, "the trusted root")


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "1.targets.json", "targets/"])
def test_a_file_that_is_missing_is_a_network_error(made: TufRepository, name: str) -> None:
    for path in [path for path in made.files if path.startswith(name)]:
        del made.files[path]

    refused(made, NetworkError, "not all of its files")


def test_errors_of_the_way_that_files_are_fetched_keep_their_words(made: TufRepository) -> None:
    limits = []

    def lost(url: str, limit: int) -> bytes | None:
        limits.append(limit)
        raise NetworkError("no connection", context=url, remedy="Check the index URL.")

    def large(url: str, limit: int) -> bytes | None:
        raise InputError(f"larger than {limit}", context=url)

    with pytest.raises(NetworkError, match="no connection") as caught:
        newest_root(made.repository(), lost)
    assert caught.value.context == f"{URL}/2.root.json"
    assert "index" not in caught.value.remedy
    with pytest.raises(InputError, match=f"larger than {MAX_DOWNLOAD}"):
        newest_root(made.repository(), large)
    assert limits == [MAX_DOWNLOAD]
