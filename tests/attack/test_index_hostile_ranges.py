"""A server that sends parts of a wheel, and lies about which, of what, or of how much."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from support.http_index import Answer, HttpIndex, Request
from support.index_client import remote
from support.index_simulator import IndexSimulator
from support.platforms import target_on
from support.previews import native_wheel
from uplock.errors import Error, InputError, NetworkError
from uplock.index.ranges import MAX_PARTS
from uplock.model.preview import PreviewResult
from uplock.workflow.preview import Named, preview

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

WHEEL, BODY = native_wheel()
TAIL = 131_072


@pytest.fixture
def server() -> Iterator[HttpIndex]:
    index = IndexSimulator()
    index.publish(WHEEL, BODY)
    with HttpIndex(index) as running:
        yield running


def look(server: HttpIndex) -> PreviewResult:
    return preview(remote(server.url), Named(name="demo", version="1.0"), target_on("linux-x86_64"))


def sabotaged(server: HttpIndex, change: Callable[[Answer], Answer], *, first: int) -> None:
    """Change every answer about the file from the ``first`` on; the tail is number 0."""
    seen = [0]

    def give(request: Request) -> Answer:
        answer = server.respond(request)
        seen[0] += 1
        return change(answer) if seen[0] > first else answer

    server.sabotage["/files/"] = give


def headed(answer: Answer, **headers: str) -> Answer:
    return Answer(
        answer.status, answer.body, {**answer.headers, **{key.replace("_", "-"): headers[key] for key in headers}}
    )


def refused(server: HttpIndex, reason: str, kind: type[Error] = InputError) -> Error:
    with pytest.raises(kind, match=reason) as raised:
        look(server)
    assert WHEEL in str(raised.value)
    return raised.value


def test_the_honest_server_is_believed(server: HttpIndex) -> None:
    sabotaged(server, lambda answer: headed(answer, ETag='"1"'), first=0)
    assert look(server).preview.requests == 2


def test_a_total_that_is_not_the_listed_size_is_refused(server: HttpIndex) -> None:
    said = f"bytes {len(BODY) - TAIL}-{len(BODY) - 1}/{len(BODY) + 1}"
    sabotaged(server, lambda answer: headed(answer, Content_Range=said), first=0)
    refused(server, f"has {len(BODY) + 1} bytes, and the index lists {len(BODY)}")


def test_a_total_that_changes_between_two_parts_is_refused(server: HttpIndex) -> None:
    def grown(answer: Answer) -> Answer:
        return headed(
            answer, Content_Range=answer.headers["Content-Range"].replace(f"/{len(BODY)}", f"/{len(BODY) + 1}")
        )

    sabotaged(server, grown, first=1)
    refused(server, "contradict each other")


@pytest.mark.parametrize("header", ["ETag", "Last_Modified"])
def test_a_file_that_is_replaced_between_two_parts_is_refused(server: HttpIndex, header: str) -> None:
    states = iter(["1", "2"])
    sabotaged(server, lambda answer: headed(answer, **{header: next(states)}), first=0)
    refused(server, "contradict each other")


def test_an_entity_tag_that_disappears_is_a_change(server: HttpIndex) -> None:
    states = iter([{"ETag": '"1"'}, {}])
    sabotaged(server, lambda answer: headed(answer, **next(states)), first=0)
    refused(server, "contradict each other")


def test_bytes_from_another_place_are_refused(server: HttpIndex) -> None:
    def shifted(answer: Answer) -> Answer:
        return headed(answer, Content_Range=f"bytes 7-{6 + len(answer.body)}/{len(BODY)}")

    sabotaged(server, shifted, first=1)
    refused(server, "contradict each other")


@pytest.mark.parametrize("place", [0, 200, 900])
def test_other_bytes_than_the_directory_describes_are_refused(server: HttpIndex, place: int) -> None:
    def flipped(answer: Answer) -> Answer:
        body = bytearray(answer.body)
        body[place] ^= 1
        return Answer(answer.status, bytes(body), answer.headers)

    sabotaged(server, flipped, first=1)
    with pytest.raises(InputError) as raised:
        look(server)
    assert WHEEL in str(raised.value)


@pytest.mark.parametrize("first", [0, 1])
def test_more_bytes_than_were_asked_for_are_not_read(server: HttpIndex, first: int) -> None:
    def endless(answer: Answer) -> Answer:
        return Answer(206, answer.body, answer.headers, repeat_body=1 << 20)

    sabotaged(server, endless, first=first)
    refused(server, "larger than")


def test_a_whole_file_instead_of_the_tail_is_not_read(server: HttpIndex) -> None:
    server.answer("/files/", Answer(200, bytes(65536), repeat_body=1 << 20))
    refused(server, "does not send parts of files", NetworkError)
    assert len(server.paths("/files/")) == 1


@pytest.mark.parametrize("status", [400, 405, 416, 501])
def test_refused_ranges_end_the_preview(server: HttpIndex, status: int) -> None:
    server.fail(status, part="/files/")
    refused(server, "does not send parts of files", NetworkError)
    assert len(server.paths("/files/")) == 1


def test_a_whole_file_instead_of_a_later_part_is_not_read(server: HttpIndex) -> None:
    sabotaged(server, lambda _: Answer(200, bytes(65536), repeat_body=1 << 20), first=1)
    refused(server, "contradict each other")


def test_single_bytes_are_not_taken_without_end(server: HttpIndex) -> None:
    def stingy(answer: Answer) -> Answer:
        begin = answer.headers["Content-Range"].removeprefix("bytes ").partition("-")[0]
        return Answer(206, answer.body[:1], {"Content-Range": f"bytes {begin}-{begin}/{len(BODY)}"})

    sabotaged(server, stingy, first=1)
    refused(server, "too many requests or bytes")
    assert len(server.paths("/files/")) == MAX_PARTS


def test_an_empty_part_is_no_progress(server: HttpIndex) -> None:
    sabotaged(server, lambda answer: Answer(206, b"", answer.headers), first=1)
    refused(server, "contradict each other")


def test_a_tail_of_unknown_size_ends_where_the_file_does() -> None:
    index = IndexSimulator()
    index.publish(WHEEL, BODY)
    with HttpIndex(index, as_html=True) as server:
        sabotaged(server, lambda answer: headed(answer, Content_Range=f"bytes 0-{TAIL - 1}/{len(BODY)}"), first=0)
        refused(server, "contradict each other")
