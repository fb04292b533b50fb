"""Wheels in parts: a server of one file that can lie, and wheels with files too large for a preview."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import shake_256

from support.elf import build_elf
from support.wheels import build_wheel
from uplock.index.ranges import Part, PartStream, open_ranges
from uplock.inspect.preview import preview_wheel
from uplock.model.preview import WheelPreview

TAG = "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64"
LARGE = 1_200_000
"""Bytes that cannot be compressed below what a preview reads of a file."""


def noise(size: int, seed: bytes = b"noise") -> bytes:
    """Return bytes that cannot be compressed."""
    return shake_256(seed).digest(size)


def large_elf(**fields: str) -> bytes:
    """Return a shared library that a preview does not read."""
    return build_elf(rodata=noise(LARGE), soname=fields.get("soname"))


def native_wheel(
    name: str = "demo",
    version: str = "1.0",
    *,
    requires_dist: Sequence[str] = (),
    files: dict[str, bytes] | None = None,
) -> tuple[str, bytes]:
    """Return a wheel with an extension module, a small library and a large one that both need."""
    members = {
        f"{name}/_x.cpython-312-x86_64-linux-gnu.so": build_elf(
            needed=["libbig.so", "libcudart.so.12"],
            versions={"libc.so.6": ("GLIBC_2.17",)},
            exports=["PyInit__x"],
            runpath="$ORIGIN/../nvidia/cublas/lib:/usr/lib",
        ),
        f"{name}/lib/libsmall.so": build_elf(soname="libsmall.so", needed=["libbig.so", "libc.so.6"]),
        f"{name}/lib/libbig.so": large_elf(soname="libbig.so"),
    }
    return build_wheel(name, version, tag=TAG, requires_dist=requires_dist, files={**members, **(files or {})})


class PartServer:
    """Sends parts of a file, and remembers which."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.asked: list[tuple[int, int]] = []

    def ask(self, begin: int | None, end: int) -> Part | None:
        """Answer honestly."""
        assert begin is not None
        self.asked.append((begin, end))
        return Part(begin=begin, body=self.body[begin:end], total=len(self.body), validator='"1"')

    def open(self) -> PartStream:
        """Open the file."""
        return open_ranges(self.ask, len(self.body), 1 << 24)


def look(filename: str, body: bytes) -> tuple[WheelPreview, PartServer]:
    """Preview a wheel; return what was seen, and the server that was asked."""
    server = PartServer(body)
    parts = server.open()
    return preview_wheel(parts.stream, filename, parts.prefetch), server
