import hashlib
import io
import os
import struct

import pytest

from support.wheels import build_wheel, zip_bytes
from support.zips import WHEEL_NAME, Entry, wheel_entries, zip_of
from uplock.errors import InputError
from uplock.inspect.source import TAIL, Source
from uplock.inspect.wheel import open_wheel, parse_wheel_name, read_metadata
from uplock.inspect.zipdirectory import MAX_DIRECTORY, read_directory
from uplock.inspect.zipmember import pieces


class CountingStream(io.BytesIO):
    """A stream that counts its reads, as a stream behind byte ranges would pay for them."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        return super().read(size)


class BrokenStream(io.BytesIO):
    """A stream on a disk that fails at the first, second … operation."""

    def __init__(self, data: bytes, *, fails_to: str) -> None:
        super().__init__(data)
        self._fails_to = fails_to

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if self._fails_to == "seek":
            raise OSError(5, "Input/output error")
        return super().seek(offset, whence)

    def read(self, size: int | None = -1, /) -> bytes:
        if self._fails_to == "read":
            raise OSError
        return b"" if self._fails_to == "give" else super().read(size)


def noise(size: int) -> bytes:
    return hashlib.shake_128(b"noise").digest(size)


def test_built_wheel_is_listed_and_read() -> None:
    filename, data = build_wheel("My.Thing", "1.0rc1", files={"my_thing/data.bin": b"abc" * 1000})
    wheel = open_wheel(io.BytesIO(data), filename)
    assert wheel.name == parse_wheel_name(filename)
    assert (wheel.name.name, wheel.name.version, wheel.name.platforms) == ("my-thing", "1.0rc1", ("any",))
    assert wheel.dist_info == "my_thing-1.0rc1.dist-info"
    assert [member.path for member in wheel.members] == [
        "my_thing/__init__.py",
        "my_thing-1.0rc1.dist-info/METADATA",
        "my_thing-1.0rc1.dist-info/WHEEL",
        "my_thing/data.bin",
        "my_thing-1.0rc1.dist-info/RECORD",
    ]
    assert wheel.read_member("my_thing/data.bin", 3000) == b"abc" * 1000
    wheel.check_layout()


def test_directories_are_no_members() -> None:
    data = zip_of(wheel_entries(Entry("demo/", mode=0o40755), Entry("demo/x.py", b"x")))
    wheel = open_wheel(io.BytesIO(data), WHEEL_NAME)
    assert [member.path for member in wheel.members if member.path.startswith("demo/")] == ["demo/x.py"]
    wheel.check_layout()


def test_member_over_the_callers_limit_is_refused() -> None:
    filename, data = build_wheel("demo", "1.0", files={"x": b"12345"})
    wheel = open_wheel(io.BytesIO(data), filename)
    with pytest.raises(InputError, match="its 5 bytes are more than 4") as caught:
        wheel.read_member("x", 4)
    assert caught.value.context == f"{filename}: x"


def test_missing_member_is_refused() -> None:
    filename, data = build_wheel("demo", "1.0")
    with pytest.raises(InputError, match="is missing"):
        open_wheel(io.BytesIO(data), filename).read_member("y", 4)


def test_stored_and_large_members_are_read_in_pieces() -> None:
    content = noise(700_000) + bytes(3_000_000)
    entries = wheel_entries(Entry("a.bin", content), Entry("b.bin", content, method=0))
    wheel = open_wheel(io.BytesIO(zip_of(entries)), WHEEL_NAME)
    for path in ("a.bin", "b.bin"):
        assert wheel.read_member(path, len(content)) == content
    assert max(len(piece) for piece in wheel.pieces(wheel.members[0])) <= 1 << 20


def test_data_descriptors_are_accepted() -> None:
    descriptor = struct.pack("<4s3L", b"PK\7\x08", 0, 0, 0)
    data = zip_of(wheel_entries(Entry("x.py", b"x", flags=0x08, local_size=0, descriptor=descriptor)))
    wheel = open_wheel(io.BytesIO(data), WHEEL_NAME)
    wheel.check_layout()
    assert wheel.read_member("x.py", 1) == b"x"


def test_zip64_is_read() -> None:
    wide = struct.pack("<HHQQ", 1, 16, 3, 5)
    stamp = struct.pack("<HHL", 0x5455, 4, 0)
    entry = Entry("x.py", b"xyz", size=0xFFFFFFFF, compressed_size=0xFFFFFFFF, extra=stamp + wide)
    assert len(entry.stored) == 5
    wheel = open_wheel(io.BytesIO(zip_of(wheel_entries(entry), zip64=True)), WHEEL_NAME)
    assert wheel.read_member("x.py", 3) == b"xyz"


@pytest.mark.parametrize(
    "extra", [b"", struct.pack("<HHQ", 1, 8, 3), struct.pack("<HH", 1, 99), struct.pack("<HHHH", 1, 0, 1, 0)]
)
def test_damaged_zip64_field_is_refused(extra: bytes) -> None:
    entry = Entry("x.py", b"xyz", size=0xFFFFFFFF, compressed_size=0xFFFFFFFF, extra=extra)
    with pytest.raises(InputError, match="extra field"):
        open_wheel(io.BytesIO(zip_of(wheel_entries(entry))), WHEEL_NAME)


def test_member_of_another_volume_is_refused() -> None:
    with pytest.raises(InputError, match="zip64 extra field"):
        open_wheel(io.BytesIO(zip_of(wheel_entries(Entry("x.py", b"x", disk=1)))), WHEEL_NAME)


@pytest.mark.parametrize(("mark", "offset"), [(b"PK\6\7", 0), (b"PK\6\7", 8), (b"PK\6\6", 0), (b"PK\6\6", 4)])
def test_damaged_zip64_end_is_refused(mark: bytes, offset: int) -> None:
    data = bytearray(zip_of(wheel_entries(), zip64=True))
    data[data.index(mark) + offset] ^= 0x55
    with pytest.raises(InputError, match="malformed zip64"):
        open_wheel(io.BytesIO(bytes(data)), WHEEL_NAME)


def test_missing_zip64_end_is_refused() -> None:
    with pytest.raises(InputError, match="no zip64 end record"):
        open_wheel(io.BytesIO(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0, 0, 0)), WHEEL_NAME)


def test_volumes_are_refused() -> None:
    data = bytearray(zip_of(wheel_entries()))
    data[-18] = 1
    with pytest.raises(InputError, match="several volumes"):
        open_wheel(io.BytesIO(bytes(data)), WHEEL_NAME)


def test_comment_is_accepted() -> None:
    assert open_wheel(io.BytesIO(zip_of(wheel_entries(), comment=b"made by hand")), WHEEL_NAME).members


@pytest.mark.parametrize("data", [b"", b"PK\5\6", b"x" * 100_000])
def test_what_is_no_zip_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="not a zip file"):
        open_wheel(io.BytesIO(data), WHEEL_NAME)


def test_directory_larger_than_the_bound_is_refused() -> None:
    size = MAX_DIRECTORY + 1

    class Sparse(io.RawIOBase):
        """Zeros, and an end record that claims all of them as directory."""

        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, size, 0, 0)
        position = 0

        def seek(self, offset: int, whence: int = 0, /) -> int:
            self.position = offset + (size + len(self.end) if whence == os.SEEK_END else 0)
            return self.position

        def read(self, count: int = -1, /) -> bytes:
            return (bytes(count - len(self.end)) + self.end)[-count:]

    with pytest.raises(InputError, match="larger than"):
        open_wheel(Sparse(), WHEEL_NAME)  # type: ignore[arg-type]  # reads and seeks are all it needs


@pytest.mark.parametrize("missing", ["METADATA", "WHEEL", "RECORD"])
def test_incomplete_metadata_directory_is_refused(missing: str) -> None:
    entries = [entry for entry in wheel_entries() if not str(entry.name).endswith(missing)]
    with pytest.raises(InputError, match="is missing") as caught:
        open_wheel(io.BytesIO(zip_of(entries)), WHEEL_NAME)
    assert caught.value.context == f"{WHEEL_NAME}: demo-1.0.dist-info/{missing}"


def test_wheel_without_metadata_directory_is_refused() -> None:
    with pytest.raises(InputError, match=r"has 0 \.dist-info"):
        open_wheel(io.BytesIO(zip_bytes({"x.py": b""})), WHEEL_NAME)


@pytest.mark.parametrize("directory", ["Demo-1.0.0", "DEMO-1", "demo-1.0"])
def test_metadata_directory_is_compared_after_normalization(directory: str) -> None:
    members = {f"{directory}.dist-info/{name}": b"" for name in ("METADATA", "WHEEL", "RECORD")}
    assert open_wheel(io.BytesIO(zip_bytes(members)), WHEEL_NAME).dist_info == f"{directory}.dist-info"


@pytest.mark.parametrize("directory", ["demo-1.1", "other-1.0", "demo", "demo-x", "-1.0"])
def test_metadata_directory_of_something_else_is_refused(directory: str) -> None:
    members = {f"{directory}.dist-info/{name}": b"" for name in ("METADATA", "WHEEL", "RECORD")}
    with pytest.raises(InputError, match="does not belong to demo"):
        open_wheel(io.BytesIO(zip_bytes(members)), WHEEL_NAME)


@pytest.mark.parametrize("filename", ["demo.zip", "demo-1.0.tar.gz", "demo-1.0.whl", "demo-x-py3-none-any.whl", ""])
def test_other_file_names_are_refused(filename: str) -> None:
    with pytest.raises(InputError, match="not the file name of a wheel"):
        open_wheel(io.BytesIO(b""), filename)


def test_compressed_platform_tags_are_told_apart() -> None:
    name = parse_wheel_name("a-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl")
    assert name.platforms == ("manylinux2014_x86_64", "manylinux_2_17_x86_64")


def test_metadata_of_a_small_wheel_costs_one_read() -> None:
    filename, data = build_wheel("demo", "1.0")
    stream = CountingStream(data)
    assert read_metadata(stream, filename).startswith(b"Metadata-Version: 2.1\nName: demo\n")
    assert stream.reads == 1


def test_metadata_behind_much_data_costs_one_read() -> None:
    entries = wheel_entries(Entry("big.bin", noise(500_000), method=0))
    stream = CountingStream(zip_of(entries))
    assert read_metadata(stream, WHEEL_NAME)
    assert stream.reads == 1


def test_metadata_far_from_the_end_costs_one_more_read() -> None:
    entries = [*wheel_entries(), Entry("big.bin", noise(500_000), method=0)]
    stream = CountingStream(zip_of(entries))
    assert read_metadata(stream, WHEEL_NAME)
    assert stream.reads == 2


def test_metadata_of_a_wheel_with_a_long_directory_costs_three_reads_at_most() -> None:
    files = [Entry(f"demo/{number:060}.py", noise(40), method=0) for number in range(3000)]
    data = zip_of([*wheel_entries(), *files])
    stream = CountingStream(data)
    assert read_metadata(stream, WHEEL_NAME)
    assert len(data) > 2 * TAIL
    assert stream.reads == 3


@pytest.mark.parametrize(
    ("operation", "message"), [("seek", "input/output error"), ("read", "cannot be read"), ("give", "shrank")]
)
def test_stream_that_fails_is_an_input_error(operation: str, message: str) -> None:
    filename, data = build_wheel("demo", "1.0")
    with pytest.raises(InputError, match=message) as caught:
        open_wheel(BrokenStream(data, fails_to=operation), filename)
    assert caught.value.context == filename


def test_member_whose_local_header_pushes_it_into_the_directory_is_refused() -> None:
    data = bytearray(zip_of(wheel_entries()))
    header = data.rindex(b"PK\3\4")
    data[header + 28] = 10  # length of the local extra field
    wheel = open_wheel(io.BytesIO(bytes(data)), WHEEL_NAME)
    with pytest.raises(InputError, match="reaches into the central directory"):
        wheel.read_member("demo-1.0.dist-info/RECORD", 10)


@pytest.mark.parametrize("size", [0, 1, 30, 376, 2000])
def test_inflating_byte_by_byte_loses_nothing(size: int) -> None:
    """Some of these streams still owe bytes when all their input has been read."""
    content = bytes(size)
    source = Source(io.BytesIO(zip_of(wheel_entries(Entry("x.bin", content)))))
    directory = read_directory(source)
    assert b"".join(pieces(source, directory.members[0], directory.start, step=1)) == content
