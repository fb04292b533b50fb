from __future__ import annotations

from pathlib import Path

import pytest

from support.elf import build_elf
from support.wheels import build_wheel
from uplock.errors import IntegrityError
from uplock.model.digest import Sha256, sha256_of
from uplock.model.lock import Artifact
from uplock.model.native import NativeLibraries
from uplock.model.value import changed, decode, encode
from uplock.workflow.contents import Contents, Intrinsic, contents_of

TAG = "cp312-cp312-manylinux_2_17_x86_64"
MODULE = "demo/_demo.cpython-312-x86_64-linux-gnu.so"


class Records:
    """Kept records, and which of them were asked for."""

    def __init__(self) -> None:
        self.kept: dict[Sha256, bytes] = {}

    def result(self, key: Sha256) -> bytes | None:
        return self.kept.get(key)

    def keep(self, key: Sha256, record: bytes) -> None:
        self.kept[key] = record

    def only(self, kind: type[Intrinsic | NativeLibraries]) -> Sha256:
        (found,) = (key for key, record in self.kept.items() if (b'"metadata"' in record) == (kind is Intrinsic))
        return found


def wheel(folder: Path) -> tuple[Artifact, Path]:
    module = build_elf(needed=["libc.so.6"], rodata=b"\0OpenSSL 3.5.8 25 Aug 2026\0")
    filename, data = build_wheel("demo", "1.0", tag=TAG, files={MODULE: module})
    (folder / filename).write_bytes(data)
    return Artifact(filename=filename, sha256=sha256_of(data), url="https://index.example/x"), folder / filename


def openssl(contents: Contents) -> list[str | None]:
    return [each.version for each in contents.native.libraries if each.project == "openssl"]


def test_what_was_kept_is_told_again(tmp_path: Path) -> None:
    artifact, path = wheel(tmp_path)
    records = Records()
    first = contents_of(artifact, path, records)
    assert openssl(first) == ["3.5.8"]
    assert len(records.kept) == 2
    before = dict(records.kept)
    assert contents_of(artifact, path, records) == first
    assert records.kept == before


def test_new_tables_search_the_bytes_again_and_take_the_headers_as_known(tmp_path: Path) -> None:
    artifact, path = wheel(tmp_path)
    records = Records()
    first = contents_of(artifact, path, records)
    key = records.only(Intrinsic)
    intrinsic = decode(records.kept[key], Intrinsic)
    (member,) = intrinsic.headers.facts.members
    facts = changed(intrinsic.headers.facts, members=(changed(member, runpath=("/as/known",)),))
    known = changed(intrinsic.headers, facts=facts)
    records.kept = {key: encode(changed(intrinsic, headers=known))}
    again = contents_of(artifact, path, records)
    assert again.native.members[0].runpath == ("/as/known",)
    assert again.native.libraries == first.native.libraries
    assert len(records.kept) == 2


def test_records_of_another_form_are_made_anew(tmp_path: Path) -> None:
    artifact, path = wheel(tmp_path)
    records = Records()
    first = contents_of(artifact, path, records)
    records.kept = dict.fromkeys(records.kept, b"{}")
    assert contents_of(artifact, path, records) == first


@pytest.mark.parametrize("known", [False, True])
def test_bytes_that_are_not_the_artifacts_are_refused_and_nothing_is_kept(tmp_path: Path, *, known: bool) -> None:
    artifact, path = wheel(tmp_path)
    records = Records()
    if known:
        contents_of(artifact, path, records)
    before = dict(records.kept)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(IntegrityError, match="not those that were fetched"):
        contents_of(artifact, path, records)
    assert records.kept == before
