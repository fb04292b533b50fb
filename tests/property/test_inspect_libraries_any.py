"""Whatever bytes a native file holds: looking for libraries ends, raises nothing, and tells printable evidence."""

from hypothesis import given, settings
from hypothesis import strategies as st

from support.subjects import digest_for
from support.version_functions import FORMATS, Format, Header, built, returns_number
from uplock.inspect.constants import Constants
from uplock.inspect.gathered import libraries_of
from uplock.inspect.identify import identify
from uplock.inspect.images import image_of
from uplock.inspect.libraries import table

TEXTS = tuple(
    sorted({anchor.text.encode() for library in table().libraries for anchor in library.anchors if anchor.text})
)
PIECES = st.sampled_from(TEXTS) | st.sampled_from(
    [b"\0", b"3.5.8 25 Aug 2026\0", b"1.6.58\n", b"21406\0", b"registry/src/x-0123456789abcdef/", b"a-1.0.0/src/a.rs"]
)
BYTES = st.lists(PIECES | st.binary(max_size=12), max_size=20).map(b"".join)


@given(
    BYTES, st.booleans(), st.sampled_from([None, "libssl.so.3", "libz-1a2b3c4d.so.1", "zlib1.dll", "libxml2.2.dylib"])
)
@settings(max_examples=300, deadline=None)
def test_any_constants_give_printable_evidence_and_the_same_twice(
    data: bytes, library: bool, soname: str | None
) -> None:
    header = Header(constants=((0, len(data)),), soname=soname)
    seen = identify("d.libs/x.so", data, header, library=library, grafted=library)
    assert seen == identify("d.libs/x.so", data, header, library=library, grafted=library)
    for each in seen:
        assert each.evidence.isprintable()
        assert each.version is None or each.version[0].isdigit()
    gathered = libraries_of([("x.so", digest_for("x"), each) for each in seen])
    assert sum(len(each.members) for each in gathered) <= len(seen)


@given(BYTES, st.integers(min_value=0, max_value=40), st.integers(min_value=0, max_value=40))
@settings(max_examples=300, deadline=None)
def test_one_pass_finds_what_one_search_for_each_text_finds(data: bytes, first: int, gap: int) -> None:
    middle = min(first, len(data))
    ranges = ((0, middle), (min(middle + gap, len(data)), len(data)))
    constants = Constants(data=data, ranges=ranges)
    expected = {
        text: [place for start, stop in ranges for place in range(start, stop) if data.startswith(text, place, stop)]
        for text in TEXTS
    }
    assert constants.among(TEXTS) == {text: places for text, places in expected.items() if places}


@given(st.sampled_from(FORMATS), st.lists(st.tuples(st.integers(min_value=0), st.integers(0, 255)), max_size=12))
@settings(max_examples=400, deadline=None)
def test_any_change_of_a_file_leaves_its_symbols_readable_or_unknown(
    form: Format, changes: list[tuple[int, int]]
) -> None:
    file = built(form, returns_number(170011), symbol="PQlibVersion")
    data = bytearray(file.data)
    for place, value in changes:
        data[place % len(data)] = value
    image = image_of(data, file.header.constants[0][0])
    if image is not None:
        for address in image.addresses([b"PQlibVersion"], parts=[b"ersion"]).values():
            assert len(image.bytes_at(address, 8)) <= 8
    identify("x.so", data, file.header, library=False, grafted=False)
