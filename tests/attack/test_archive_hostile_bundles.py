"""Attack: a file to import that was made by somebody else, to write elsewhere, to fill the disk, or to lie."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from support.generations import RECORDED
from support.kept_generations import File, keep, opened, record
from uplock.archive import bundle
from uplock.archive.archive import DirectoryArchive
from uplock.archive.bundle_export import bundle_of, export
from uplock.archive.bundle_import import take_in
from uplock.archive.statement import write_statement
from uplock.errors import Error, InputError, IntegrityError
from uplock.model.archive_bundle import Bundle, BundleMember
from uplock.model.digest import Sha256, sha256_of
from uplock.model.generation import Generation
from uplock.model.value import changed, encode

TILL = File(filename="till-1.0-py3-none-any.whl", data=b"a wheel", provenance=b'{"version":1}')
COIN = File(filename="coin-1.1-py3-none-any.whl", data=b"another wheel" * 100)


@pytest.fixture
def other(tmp_path: Path) -> DirectoryArchive:
    """An archive with a generation of its own, which an attack must leave as it is."""
    archive = opened(tmp_path / "to")
    record(archive, [COIN])
    return archive


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A bundle that is fine."""
    archive = opened(tmp_path / "from")
    path = tmp_path / "shop.tar"
    export(archive, keep(archive, [TILL]), path)
    return path


def state(folder: Path) -> dict[str, bytes]:
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def refused(other: DirectoryArchive, path: Path, kind: type[Error] = InputError) -> Error:
    before = state(other.place.parent.parent)
    with pytest.raises(kind) as caught:
        take_in(other, path, RECORDED)
    assert state(other.place.parent.parent) == before
    assert caught.value.context.startswith(str(path))
    assert caught.value.remedy
    return caught.value


def repacked(path: Path, change: Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes] | None]) -> None:
    """Write the tar anew with every member changed; its manifest stays as it is unless ``change`` changes it."""
    out = io.BytesIO()
    with tarfile.open(path, "r:") as old, tarfile.open(fileobj=out, mode="w:", format=tarfile.USTAR_FORMAT) as new:
        for info in old.getmembers():
            stream = old.extractfile(info)
            data = stream.read() if stream is not None else b""
            found = change(info, data)
            if found is not None:
                new.addfile(found[0], io.BytesIO(found[1]))
    path.write_bytes(out.getvalue())


def same_size(path: Path, size: int) -> None:
    """Cut or fill a file up to the size that its manifest says, so that the size alone gives nothing away."""
    data = path.read_bytes()
    path.write_bytes(data[:size].ljust(size, b"\0"))


@pytest.mark.parametrize(
    "name",
    ["../../escaped", "/escaped", "blobs/sha256/../../../escaped", "kept/../../escaped", "blobs\\escaped", ""],
)
def test_a_name_that_leads_elsewhere(other: DirectoryArchive, path: Path, name: str) -> None:
    size = path.stat().st_size

    def rename(info: tarfile.TarInfo, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if info.name.endswith(TILL.sha256):
            info.name = name
        return info, data

    repacked(path, rename)
    same_size(path, size)
    refused(other, path)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CONTTYPE]
)
def test_a_member_that_is_no_file(other: DirectoryArchive, path: Path, kind: bytes) -> None:
    size = path.stat().st_size

    def link(info: tarfile.TarInfo, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if info.name.endswith(TILL.sha256):
            info.type, info.linkname, info.size = kind, "../../../../victim", 0
            return info, b""
        return info, data

    repacked(path, link)
    same_size(path, size)
    refused(other, path)


def test_a_member_that_stands_there_twice(other: DirectoryArchive, path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: -len(bundle.END)] + raw[-2048 - len(bundle.END) :])
    refused(other, path)


def test_more_after_the_end(other: DirectoryArchive, path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"\0" * 512)
    assert "as long as" in refused(other, path).message


def test_a_member_that_the_manifest_does_not_name(other: DirectoryArchive, path: Path) -> None:
    with tarfile.open(path, "a:") as tar:
        tar.addfile(tarfile.TarInfo("extra"), io.BytesIO())
    refused(other, path)


@pytest.mark.parametrize("part", [1, 511, 512, 600, 3000])
def test_a_file_that_was_cut_off(other: DirectoryArchive, path: Path, part: int) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[:-part])
    refused(other, path)
    path.write_bytes(raw[:part])
    refused(other, path)


def test_every_single_byte_that_is_changed_is_found(other: DirectoryArchive, path: Path) -> None:
    raw = path.read_bytes()
    before = state(other.place)
    for place in range(0, len(raw), 97):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        with pytest.raises((InputError, IntegrityError)):
            take_in(other, path, RECORDED)
    assert state(other.place) == before


def test_a_digest_that_lies(other: DirectoryArchive, path: Path) -> None:
    raw = path.read_bytes()
    assert raw.count(TILL.data + b"\0") == 1
    path.write_bytes(raw.replace(TILL.data + b"\0", b"a wheeI\0"))
    assert TILL.sha256 in refused(other, path, IntegrityError).context


def written(path: Path, made: Bundle, blobs: dict[Sha256, bytes], note: bytes, manifest: bytes | None = None) -> None:
    """Write a bundle as export does, of whatever is given."""
    raw = encode(made) if manifest is None else manifest
    parts = [(bundle.MANIFEST, raw), *((bundle.blob_name(each.sha256), blobs[each.sha256]) for each in made.members)]
    parts.append((bundle.note_name(made.generation), note))
    chunks = [bundle.header(name, len(data)) + data + bundle.padding(len(data)) for name, data in parts]
    path.write_bytes(b"".join(chunks) + bundle.END)


class Forge:
    """The parts of a fine bundle, to be put together otherwise."""

    def __init__(self, folder: Path, *files: File) -> None:
        self.archive = opened(folder / "from")
        identity = keep(self.archive, files or [TILL])
        self.made, self.note = bundle_of(self.archive, identity)
        self.blobs = {each.sha256: self.archive.read(each.sha256) for each in self.made.members}

    def write(self, path: Path, made: Bundle | None = None, **more: bytes) -> Path:
        written(path, made or self.made, self.blobs, more.get("note", self.note), more.get("manifest"))
        return path

    def add(self, data: bytes) -> Bundle:
        self.blobs[sha256_of(data)] = data
        members = (*self.made.members, BundleMember(sha256=sha256_of(data), size=len(data)))
        return changed(self.made, members=tuple(sorted(members, key=lambda each: each.sha256)))

    def drop(self, digest: Sha256, *, absent: bool = False) -> Bundle:
        made = changed(self.made, members=tuple(each for each in self.made.members if each.sha256 != digest))
        return changed(made, absent=tuple(sorted((*made.absent, digest)))) if absent else made


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path)


def test_the_forge_makes_what_export_makes(forge: Forge, path: Path, tmp_path: Path) -> None:
    assert forge.write(tmp_path / "forged.tar").read_bytes() == path.read_bytes()


def test_a_blob_that_the_generation_does_not_refer_to(forge: Forge, other: DirectoryArchive, tmp_path: Path) -> None:
    error = refused(other, forge.write(tmp_path / "x.tar", forge.add(b"smuggled")))
    assert sha256_of(b"smuggled") in error.message


@pytest.mark.parametrize("absent", [False, True])
@pytest.mark.parametrize("what", ["artifact", "results", "provenance", "lock", "manifest"])
def test_something_that_is_left_out(
    forge: Forge, other: DirectoryArchive, tmp_path: Path, what: str, *, absent: bool
) -> None:
    content = forge.archive.generation(forge.made.generation).content
    digest = {
        "artifact": TILL.sha256,
        "results": content.artifacts[0].results,
        "provenance": sha256_of(TILL.provenance or b""),
        "lock": content.locks[0].pylock,
        "manifest": forge.made.generation,
    }[what]
    refused(other, forge.write(tmp_path / "x.tar", forge.drop(digest, absent=absent)))


def test_a_wrong_word_about_what_is_absent(forge: Forge, other: DirectoryArchive, tmp_path: Path) -> None:
    for absent in ((), (*forge.made.absent, Sha256("f" * 64))):
        refused(other, forge.write(tmp_path / "x.tar", changed(forge.made, absent=absent)))


def test_a_note_that_says_something_else(forge: Forge, other: DirectoryArchive, tmp_path: Path) -> None:
    for note in (forge.note.replace(b'"project":"shop"', b'"project":"till"'), b"{}\n", forge.note[:-1], b""):
        made = changed(forge.made, kept=BundleMember(sha256=sha256_of(note), size=len(note)))
        refused(other, forge.write(tmp_path / "x.tar", made, note=note))


def test_a_generation_that_is_none(forge: Forge, other: DirectoryArchive, tmp_path: Path) -> None:
    refused(other, forge.write(tmp_path / "x.tar", changed(forge.made, generation=TILL.sha256)))


def test_results_that_are_about_another_file(forge: Forge, other: DirectoryArchive, tmp_path: Path) -> None:
    content = forge.archive.generation(forge.made.generation).content
    lie = write_statement(changed(TILL.results(), filename="coin-1.1-py3-none-any.whl"))
    crooked = changed(content, artifacts=(changed(content.artifacts[0], results=sha256_of(lie)),))
    generation = encode(Generation(content=crooked))
    forge.made = forge.drop(forge.made.generation)
    forge.made = forge.drop(content.artifacts[0].results)
    forge.made = forge.add(lie)
    made = changed(forge.add(generation), generation=sha256_of(generation))
    note = forge.note.replace(forge.archive.all_kept()[0].encode(), made.generation.encode())
    made = changed(made, kept=BundleMember(sha256=sha256_of(note), size=len(note)))
    error = refused(other, forge.write(tmp_path / "x.tar", made, note=note), IntegrityError)
    assert "coin-1.1" in error.message


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"format":2}',
        b'{"format":1,"generation":"' + b"0" * 64 + b'","members":[],"absent":[]}',
    ],
)
def test_a_manifest_that_is_none(forge: Forge, other: DirectoryArchive, tmp_path: Path, manifest: bytes) -> None:
    refused(other, forge.write(tmp_path / "x.tar", manifest=manifest))


def test_a_manifest_in_another_form(forge: Forge, other: DirectoryArchive, tmp_path: Path) -> None:
    made = forge.made
    one = made.members[0]
    upper = changed(one, sha256=Sha256(one.sha256.upper()))
    for members in (
        (*made.members, made.members[-1]),
        tuple(reversed(made.members)),
        (changed(one, size=-1), *made.members[1:]),
        (changed(one, size=bundle.MAX_SIZE + 1), *made.members[1:]),
        (changed(one, sha256=Sha256("../../../etc/passwd")), *made.members[1:]),
        (upper, *made.members[1:]),
    ):
        refused(other, forge.write(tmp_path / "x.tar", manifest=encode(changed(made, members=members))))
    refused(other, forge.write(tmp_path / "x.tar", manifest=encode(made) + b" "))


def test_sizes_that_would_fill_the_disk_are_seen_before_a_byte_is_written(
    forge: Forge, other: DirectoryArchive, tmp_path: Path
) -> None:
    huge = tuple(changed(each, size=bundle.MAX_SIZE) for each in forge.made.members)
    error = refused(other, forge.write(tmp_path / "x.tar", manifest=encode(changed(forge.made, members=huge))))
    assert "as long as" in error.message


@pytest.mark.parametrize("first", [b"", b"\0" * 512, b"PK\x03\x04" * 128, b"\x1f\x8b" * 256])
def test_a_file_that_is_no_bundle(other: DirectoryArchive, tmp_path: Path, first: bytes) -> None:
    (tmp_path / "x.tar").write_bytes(first)
    refused(other, tmp_path / "x.tar")


def test_a_manifest_over_the_bound(other: DirectoryArchive, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(bundle.header(bundle.MANIFEST, bundle.MAX_MANIFEST + 1) + bytes(4096))
    assert "begin with a manifest" in refused(other, tmp_path / "x.tar").message


def test_a_link_where_the_staging_folder_is_made(forge: Forge, other: DirectoryArchive, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "file").write_bytes(b"mine")
    (other.place / "incoming").symlink_to(victim)
    with pytest.raises(Error):
        take_in(other, forge.write(tmp_path / "x.tar"), RECORDED)
    assert state(victim) == {"file": b"mine"}
