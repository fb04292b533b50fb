"""Attack: a record beside the trusted root that makes it look young, verified or newer than the repository.

The record is unsigned, so it is no evidence: it must not make another root trusted, hide that an age is unknown, or
keep a refresh from telling that something was set back.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from support.attestations import DIGEST, WHEEL, attested, failure, private_instance
from support.private_sigstore import PrivateSigstore
from uplock.attest.roots import describe, load_root, record_place
from uplock.attest.verify import SigstoreVerifier
from uplock.errors import InputError
from uplock.model.digest import sha256_of
from uplock.model.trust_outcome import RootRecord, TufVersions, age_days
from uplock.model.value import changed, encode_pretty

MINE = PrivateSigstore().root()
RECORD = RootRecord(
    sha256=sha256_of(MINE),
    instance="production",
    versions=TufVersions(root=15, timestamp=400, snapshot=170, targets=14),
    confirmed=date(2026, 11, 20),
    expires=datetime(2026, 11, 27, tzinfo=UTC),
)
TODAY = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A stranger's root."""
    path = tmp_path / "trusted_root.json"
    path.write_bytes(MINE)
    return path


def test_a_record_of_the_genuine_root_does_not_vouch_for_a_planted_one(root: Path) -> None:
    record_place(root).write_bytes(encode_pretty(changed(RECORD, sha256=sha256_of(private_instance().root()))))

    found = describe(load_root(root), root)

    assert (found.tuf_version, found.dated, age_days(found, TODAY)) == (None, None, None)
    assert found.sha256 == sha256_of(MINE)


def test_a_record_makes_nobody_trusted(root: Path) -> None:
    record_place(root).write_bytes(encode_pretty(RECORD))

    ours = SigstoreVerifier(load_root(root)).verify(WHEEL, DIGEST, json.dumps(attested()).encode(), None)

    assert failure(ours) == "untrusted-chain"


def test_a_root_of_tomorrow_is_of_unknown_age(root: Path) -> None:
    future = changed(RECORD, confirmed=date(2099, 1, 1), expires=datetime(2099, 2, 1, tzinfo=UTC))
    record_place(root).write_bytes(encode_pretty(future))

    assert age_days(describe(MINE, root), TODAY) is None


def test_a_day_after_the_end_of_its_own_metadata_is_an_error(root: Path) -> None:
    record_place(root).write_bytes(encode_pretty(changed(RECORD, confirmed=date(2026, 11, 28))))

    with pytest.raises(InputError, match="had ended"):
        describe(MINE, root)
