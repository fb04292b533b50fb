"""What every index promises of files that are opened to be read in parts."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from support.http_index import HttpIndex
from support.index_client import remote
from support.index_simulator import IndexSimulator
from support.previews import native_wheel
from uplock.errors import NetworkError
from uplock.index.several import Member, SeveralIndexes
from uplock.inspect.preview import preview_wheel
from uplock.model.view import IndexFile
from uplock.ports import Index, RemoteFile

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WHEEL, BODY = native_wheel()


@pytest.fixture
def simulator() -> IndexSimulator:
    index = IndexSimulator()
    index.publish(WHEEL, BODY)
    return index


@pytest.fixture
def ranges(request: pytest.FixtureRequest) -> bool:
    """Whether the index does ranges."""
    return bool(getattr(request, "param", True))


@pytest.fixture(params=["simulator", "json", "html", "several"])
def index(request: pytest.FixtureRequest, simulator: IndexSimulator, ranges: bool) -> Iterator[Index]:
    simulator.ranges = ranges
    if request.param == "simulator":
        yield simulator
        return
    with HttpIndex(simulator, as_html=request.param == "html", ranges=ranges) as server:
        own = remote(server.url)
        other = Member("other", "https://other.example/simple", IndexSimulator())
        yield SeveralIndexes([other, Member("own", server.url, own)]) if request.param == "several" else own


def opened(index: Index) -> RemoteFile:
    return index.open(listed(index))


def listed(index: Index) -> IndexFile:
    page = index.page("demo")
    assert page is not None
    return page.files[0]


def test_a_file_is_opened_by_its_tail(index: Index) -> None:
    file = opened(index)
    assert (file.cost.size, file.cost.bytes, file.cost.requests) == (len(BODY), 131_072, 1)


def test_what_is_read_is_fetched_and_counted(index: Index) -> None:
    file = opened(index)
    file.stream.seek(10)
    assert file.stream.read(20) == BODY[10:30]
    assert file.stream.seek(-5, os.SEEK_END) == len(BODY) - 5
    assert file.stream.read() == BODY[-5:]
    assert file.cost.requests == 2
    assert 131_072 < file.cost.bytes < len(BODY)


def test_ranges_are_fetched_exactly(index: Index) -> None:
    file = opened(index)
    file.prefetch([(1000, 1100), (50, 60), (60, 70)])
    assert (file.cost.requests, file.cost.bytes) == (3, 131_072 + 120)
    file.stream.seek(50)
    assert file.stream.read(20) == BODY[50:70]
    assert file.cost.requests == 3


def test_a_wheel_can_be_previewed(index: Index) -> None:
    file = opened(index)
    seen = preview_wheel(file.stream, WHEEL, file.prefetch)
    assert [each.path for each in seen.not_inspected] == ["demo/lib/libbig.so"]
    assert len(seen.members) == 2
    assert file.cost.requests == 2


@pytest.mark.parametrize("ranges", [False], indirect=True)
def test_an_index_without_ranges_is_an_error_and_no_reason_to_read_everything(index: Index) -> None:
    with pytest.raises(NetworkError, match="does not send parts of files") as raised:
        opened(index)
    assert raised.value.remedy
