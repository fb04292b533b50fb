"""One digest over the documents of a folder."""

from pathlib import Path

from uplock.files import digest_folder, is_at

SUFFIXES = (".provenance", ".attestation")


def test_it_covers_names_and_contents_of_documents_only(tmp_path: Path) -> None:
    seen = {digest_folder(tmp_path, SUFFIXES)}
    (tmp_path / "readme.txt").write_bytes(b"x")
    (tmp_path / "folder.provenance").mkdir()
    assert digest_folder(tmp_path, SUFFIXES) in seen
    for name, content in (("b.provenance", b"1"), ("b.provenance", b"2"), ("a.attestation", b"2")):
        (tmp_path / name).write_bytes(content)
        assert digest_folder(tmp_path, SUFFIXES) not in seen
        seen.add(digest_folder(tmp_path, SUFFIXES))
    (tmp_path / "b.provenance").rename(tmp_path / "c.provenance")
    assert digest_folder(tmp_path, SUFFIXES) not in seen


def test_the_order_of_writing_does_not_matter(tmp_path: Path) -> None:
    digests = set()
    for folder, names in (("x", "abc"), ("y", "cba")):
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / f"{name}.provenance").write_text(name)
        digests.add(digest_folder(tmp_path / folder, SUFFIXES))
    assert len(digests) == 1


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert digest_folder(tmp_path / "none", SUFFIXES) is None


def test_an_open_file_is_at_its_place_until_it_is_moved_or_replaced(tmp_path: Path) -> None:
    place = tmp_path / "file"
    with place.open("a+b") as stream:
        assert is_at(stream, place)
        place.rename(tmp_path / "moved")
        assert not is_at(stream, place)
        place.write_bytes(b"")
        assert not is_at(stream, place)
