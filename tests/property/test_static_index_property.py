"""What the writer of static indexes writes, our own reader of indexes reads: the same facts, whatever they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from uplock.index.simple import parse_page
from uplock.model.digest import sha256_of
from uplock.workflow.static_index_pages import ListedFile, project_html, project_json

URL = "https://index.example/any/path/simple/demo/"
JSON = "application/vnd.pypi.simple.v1+json"
DOCUMENT = sha256_of(b"document")

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
LOCAL = st.from_regex(r"[a-z0-9]{1,6}", fullmatch=True)
MOMENTS = st.integers(0, 1 << 52).map(lambda micros: datetime(1980, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros))
VERSIONS = st.builds("{}.{}+{}".format, st.integers(0, 99), st.integers(0, 99), LOCAL)


@st.composite
def listed(draw: st.DrawFn) -> ListedFile:
    version = draw(VERSIONS)
    wheel = draw(st.booleans())
    filename = f"demo-{version}-py3-none-any.whl" if wheel else f"demo-{version}.tar.gz"
    return ListedFile(
        project="demo",
        version=version,
        filename=filename,
        sha256=sha256_of(filename.encode()),
        size=draw(st.integers(0, 1 << 40)),
        upload_time=draw(st.none() | MOMENTS),
        requires_python=draw(st.none() | TEXTS),
        yanked=draw(st.none() | TEXTS),
        metadata=draw(st.none() | st.just(sha256_of(b"metadata"))) if wheel else None,
        provenance=draw(st.none() | st.just(DOCUMENT)),
    )


FILES = st.lists(listed(), max_size=5, unique_by=lambda file: file.filename).map(
    lambda files: sorted(files, key=lambda file: file.filename)
)


@given(FILES)
def test_the_json_says_what_was_given(files: list[ListedFile]) -> None:
    page = parse_page(project_json("demo", files), JSON, URL, "demo")
    assert page.provenance_offered == any(each.provenance is not None for each in files)
    assert [each.filename for each in page.files] == [each.filename for each in files]
    for given_file, read in zip(files, page.files, strict=True):
        assert (read.sha256, read.size, read.upload_time) == (
            given_file.sha256,
            given_file.size,
            given_file.upload_time,
        )
        _same(given_file, read.requires_python, read.yanked, read.core_metadata, read.url, read.provenance)


@given(FILES)
def test_the_html_says_what_was_given(files: list[ListedFile]) -> None:
    page = parse_page(project_html("demo", files), "text/html; charset=utf-8", URL, "demo")
    assert page.provenance_offered == any(each.provenance is not None for each in files)
    assert [each.filename for each in page.files] == [each.filename for each in files]
    for given_file, read in zip(files, page.files, strict=True):
        assert read.sha256 == given_file.sha256
        _same(given_file, read.requires_python, read.yanked, read.core_metadata, read.url, read.provenance)


def _same(
    file: ListedFile,
    requires_python: str | None,
    yanked: str | None,
    metadata: str | None,
    url: str,
    provenance: str | None,
) -> None:
    address = f"https://index.example/any/path/{file.path.replace('+', '%2B')}"
    assert requires_python == file.requires_python
    assert yanked == file.yanked
    assert metadata == file.metadata
    assert url == address
    assert provenance == (None if file.provenance is None else f"{address}.provenance")
