"""Static indexes: hostile texts stay texts, and nothing is written or removed outside the directory."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from support.listed_files import make_listed
from uplock.errors import ArchiveError, IntegrityError, UsageError
from uplock.model.digest import sha256_of
from uplock.workflow.static_index_pages import project_html, project_json
from uplock.workflow.static_index_place import MARKER, check_place, mark, put_copy, survey, sweep

SCRIPT = "\"><script>alert(1)</script><a href='x' data-yanked=\"&quot;"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_text_of_a_wheel_or_index_never_becomes_markup() -> None:
    file = make_listed(requires_python=f">=3{SCRIPT}", yanked=SCRIPT)
    page = project_html("demo", [file])
    tags = _Tags()
    tags.feed(page.decode())
    assert [tag for tag, _ in tags.found] == ["html", "head", "meta", "meta", "title", "body", "h1", "a", "br"]
    anchor = next(attributes for tag, attributes in tags.found if tag == "a")
    assert anchor["data-requires-python"] == f">=3{SCRIPT}"
    assert anchor["data-yanked"] == SCRIPT
    assert json.loads(project_json("demo", [file]))["files"][0]["yanked"] == SCRIPT


@pytest.mark.parametrize("filename", ["demo-1.0+a.b-py3-none-any.whl", "demo-1!1.0-py3-none-any.whl"])
def test_a_filename_is_quoted_in_addresses(filename: str) -> None:
    (entry,) = json.loads(project_json("demo", [make_listed(filename=filename)]))["files"]
    assert entry["filename"] == filename
    assert not {"+", "!"} & set(entry["url"])


def index(tmp_path: Path) -> Path:
    place = tmp_path / "index"
    assert mark(place)
    assert not mark(place)
    return place


def outside(tmp_path: Path) -> Path:
    other = tmp_path / "outside"
    other.mkdir()
    (other / "precious").write_text("mine")
    return other


@pytest.mark.parametrize("part", ["files", "simple", "files/ab", "simple/demo"])
def test_a_folder_that_leads_out_of_the_index_is_refused(part: str, tmp_path: Path) -> None:
    place, other = index(tmp_path), outside(tmp_path)
    (place / part).parent.mkdir(parents=True, exist_ok=True)
    (place / part).symlink_to(other)
    for step in (lambda: check_place(place), lambda: sweep(place, ())):
        with pytest.raises(ArchiveError, match="neither a folder nor a plain file"):
            step()
    assert (other / "precious").read_text() == "mine"


def test_a_file_that_is_a_link_is_refused(tmp_path: Path) -> None:
    place, other = index(tmp_path), outside(tmp_path)
    (place / "simple").mkdir()
    (place / "simple/index.html").symlink_to(other / "precious")
    with pytest.raises(ArchiveError, match="neither a folder nor a plain file"):
        check_place(place)


def test_a_source_behind_a_link_is_not_served(tmp_path: Path) -> None:
    place, other = index(tmp_path), outside(tmp_path)
    (tmp_path / "blob").symlink_to(other / "precious")
    with pytest.raises(ArchiveError, match="cannot read"):
        put_copy(place, "files/a", tmp_path / "blob", sha256_of(b"mine"))
    assert survey(place) == (set(), set())


def test_other_bytes_than_the_digests_never_get_in(tmp_path: Path) -> None:
    place, other = index(tmp_path), outside(tmp_path)
    with pytest.raises(IntegrityError, match="not those of sha256"):
        put_copy(place, "files/a", other / "precious", sha256_of(b"yours"))
    assert survey(place) == (set(), {"files"})


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    other = outside(tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        check_place(other)
    with pytest.raises(UsageError, match="cannot be used"):
        check_place(other / "precious")
    (other / MARKER).write_text('{"format": 1, "kind": "something else"}')
    with pytest.raises(UsageError, match="no marker"):
        check_place(other)
    (other / MARKER).write_text('{"format": 2, "kind": "uplock static index"}')
    with pytest.raises(ArchiveError, match="has format 2"):
        check_place(other)
    assert sorted(path.name for path in other.iterdir()) == ["precious", MARKER]


def test_what_a_kill_left_is_one_of_ours_and_swept(tmp_path: Path) -> None:
    place = tmp_path / "index"
    place.mkdir()
    (place / ".uplock-index.lock").touch()
    (place / ".uplock-abc.tmp").touch()
    check_place(place)
    mark(place)
    (place / ".uplock-torn.tmp").symlink_to(outside(tmp_path) / "precious")
    (place / "files/ab").mkdir(parents=True)
    (place / "files/ab/.uplock-x.tmp").write_bytes(b"half")
    check_place(place)
    assert sweep(place, ()) == 0
    assert survey(place) == (set(), set())
    assert sorted(path.name for path in place.iterdir()) == [".uplock-index.lock", MARKER]
    assert (tmp_path / "outside/precious").read_text() == "mine"
