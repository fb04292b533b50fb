"""An index on loopback for whole commands."""

from collections.abc import Iterator

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import estate


@pytest.fixture
def index() -> IndexSimulator:
    """The estate behind the index."""
    return estate()


@pytest.fixture
def http(index: IndexSimulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpIndex]:
    """The index, served, and configured for the test."""
    with HttpIndex(index) as served:
        monkeypatch.setenv("UPLOCK_INDEX_URL", served.url)
        yield served
