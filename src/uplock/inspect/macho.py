"""Mach-O headers: what macOS files need, for which processors and from which system on (Apple's loader.h, fat.h).

A small reader of its own: no native code to crash on hostile files, every offset checked, every loop bounded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal

from uplock.errors import InputError
from uplock.inspect.binary import CRATES, REMEDY, Data, Range, is_cpython, is_module
from uplock.model.value import Value

MAX_SLICES = 16
MAX_COMMANDS = 4096
MAX_SECTIONS = 4096
"""Sections over all segments of a slice."""
MAX_SYMBOLS = 2**21
"""Entries of a slice's symbol table."""

_FAT, _FAT_64 = b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"
_COMMAND = 8  # bytes of a load command's own header
FIRST_JAVA = 45
"""Lowest version of a Java class file; it stands where a universal file has its number of slices."""
_MAGICS: dict[bytes, tuple[bool, Literal["<", ">"]]] = {
    b"\xfe\xed\xfa\xce": (False, ">"),
    b"\xfe\xed\xfa\xcf": (True, ">"),
    b"\xce\xfa\xed\xfe": (False, "<"),
    b"\xcf\xfa\xed\xfe": (True, "<"),
}
_CPU_64, _CPU_64_32, _SUBTYPE = 0x0100_0000, 0x0200_0000, 0x00FF_FFFF
_CPUS = {
    7: "i386",
    7 | _CPU_64: "x86_64",
    12: "arm",
    12 | _CPU_64: "arm64",
    12 | _CPU_64_32: "arm64_32",
    18: "ppc",
    18 | _CPU_64: "ppc64",
}
_CPU_VARIANTS = {(7 | _CPU_64, 8): "x86_64h", (12 | _CPU_64, 2): "arm64e"}
_KINDS: dict[int, Literal["executable", "dylib", "bundle"]] = {2: "executable", 6: "dylib", 8: "bundle"}
_PLATFORMS = dict(
    enumerate(
        ("macos", "ios", "tvos", "watchos", "bridgeos", "maccatalyst", "ios-simulator", "tvos-simulator"), start=1
    )
)
_VERSION_MIN = {0x24: "macos", 0x25: "ios", 0x2F: "tvos", 0x30: "watchos"}
_BUILD_VERSION = 0x32
_SEGMENT, _SEGMENT_64, _SYMTAB, _ID_DYLIB, _RPATH = 0x1, 0x19, 0x2, 0xD, 0x8000_001C
DylibKind = Literal["load", "weak", "reexport", "upward", "lazy"]
_DYLIBS: dict[int, DylibKind] = {
    0xC: "load",
    0x8000_0018: "weak",
    0x8000_001F: "reexport",
    0x8000_0023: "upward",
    0x20: "lazy",
}
_CONSTANTS = frozenset({b"__cstring", b"__const", b"__data", b"__rodata"})
_ZEROFILL = frozenset({0x1, 0xC, 0x12})
_STAB, _PRIVATE, _TYPE, _EXTERNAL, _UNDEFINED, _DEFINED = 0xE0, 0x10, 0x0E, 0x01, 0x0, 0xE


class MinimumOs(Value, frozen=True, kw_only=True):
    """The oldest system that a slice says it runs on."""

    platform: str
    """``macos``, ``ios``, … or ``platform=N``."""
    version: str
    """``11.0`` or ``10.13.4``."""


class Dylib(Value, frozen=True, kw_only=True):
    """A library that is needed, or what a library says about itself."""

    name: str
    kind: DylibKind | Literal["id"]
    current: str
    """Version of the library (that the linker saw), a number of the linker's user and not of the project."""
    compatibility: str


class MachoSlice(Value, frozen=True, kw_only=True):
    """What the headers for one processor say: a thin file, or one part of a universal file."""

    offset: int
    """Start of the slice in the file."""
    size: int
    bits: Literal[32, 64]
    byteorder: Literal["little", "big"]
    machine: str
    """``x86_64``, ``arm64``, … or ``cputype=N``."""
    kind: Literal["executable", "dylib", "bundle"]
    minimum_os: tuple[MinimumOs, ...] = ()
    """All that is stated by LC_VERSION_MIN_* and LC_BUILD_VERSION, without repetitions, in the file's order."""
    install_id: Dylib | None = None
    dylibs: tuple[Dylib, ...] = ()
    rpaths: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """Exported entry points of extension modules (``PyInit_name``), sorted."""
    symbols: tuple[str, ...] = ()
    """Undefined symbols in CPython's name space, sorted, without the object format's underscore."""
    constants: tuple[tuple[int, int], ...] = ()
    """Ranges of the whole file (start, end) that hold constants, ascending and disjoint."""
    crates: tuple[int, int] | None = None
    """Range of the whole file that the section ``.dep-v0`` covers, which lists Rust packages."""

    @property
    def contradictory(self) -> bool:
        """Whether the load commands state different versions for one platform."""
        platforms = [each.platform for each in self.minimum_os]
        return len(set(platforms)) < len(platforms)


def read_macho(data: Data) -> tuple[MachoSlice, ...]:
    """Read the headers of a Mach-O executable, library or bundle: one per processor, in the file's order.

    Raises :class:`InputError` for anything else, Java class files included, which begin like universal files.
    """
    try:
        if bytes(data[:4]) in _MAGICS:
            return (_Slice(data, 0, len(data)).read(),)
        return tuple(_universal(data))
    except (struct.error, IndexError, OverflowError, ValueError) as error:
        raise InputError("is a damaged Mach-O file", remedy=REMEDY) from error


def _universal(data: Data) -> Iterator[MachoSlice]:
    """Read the slices of a universal file. Its own header is big-endian whatever the slices are."""
    file = Range(data, what="Mach-O", order=">")
    magic = bytes(data[:4])
    if magic not in {_FAT, _FAT_64}:
        raise InputError("is not a Mach-O file", remedy=REMEDY)
    (count,) = file.unpack("I", 4)
    if magic == _FAT and count >= FIRST_JAVA:
        raise InputError("is a Java class file and not a Mach-O file", remedy=REMEDY)
    if not 0 < count <= MAX_SLICES:
        raise file.damaged(f"its number of slices is not between 1 and {MAX_SLICES}")
    form, step = ("IIQQII", 32) if magic == _FAT_64 else ("IIIII", 20)
    table = [file.unpack(form, 8 + index * step)[:4] for index in range(count)]
    free = 8 + count * step
    for _, _, offset, size in sorted(table, key=lambda entry: entry[2:]):
        if offset < free:
            raise file.damaged("its slices overlap")
        file.check(offset, size)
        free = offset + size
    if len({(cpu, subtype & _SUBTYPE) for cpu, subtype, _, _ in table}) < count:
        raise file.damaged("two slices are for one processor")
    for cpu, _, offset, size in table:
        if bytes(data[offset : offset + 4]) not in _MAGICS:
            raise file.damaged("a slice is not a Mach-O file")
        yield _Slice(data, offset, size).read(cpu)


class _Slice(Range):
    """Reads one slice; all offsets are checked against its size."""

    def __init__(self, data: Data, start: int, size: int) -> None:
        self._wide, order = _MAGICS[bytes(data[start : start + 4])]
        super().__init__(data, what="Mach-O", start=start, size=size, order=order)
        self._systems: list[MinimumOs] = []
        self._ids: list[Dylib] = []
        self._dylibs: list[Dylib] = []
        self._rpaths: list[str] = []
        self._tables: list[tuple[int, ...]] = []
        self._sections = 0
        self._constants: list[tuple[int, int]] = []
        self._crates: tuple[int, int] | None = None

    def read(self, expected: int | None = None) -> MachoSlice:
        """Read everything; ``expected`` is the processor that the table of a universal file names."""
        _, cpu, subtype, kind, count, size, _ = self.unpack("IIIIIII", 0)
        if expected not in {None, cpu}:
            raise self.damaged("a slice is for another processor than its table says")
        if kind not in _KINDS:
            raise InputError("is a Mach-O file, but no executable, library or bundle", remedy=REMEDY)
        for command, start, end in self._commands(count, size):
            self._take(command, start, end)
        if len(self._ids) > 1 or len(self._tables) > 1:
            raise self.damaged("it has two names or two symbol tables")
        modules, symbols = self._symbols()
        return MachoSlice(
            offset=self.start,
            size=self.size,
            bits=64 if self._wide else 32,
            byteorder="little" if self.order == "<" else "big",
            machine=_CPU_VARIANTS.get((cpu, subtype & _SUBTYPE)) or _CPUS.get(cpu, f"cputype={cpu}"),
            kind=_KINDS[kind],
            minimum_os=tuple(dict.fromkeys(self._systems)),
            install_id=next(iter(self._ids), None),
            dylibs=tuple(self._dylibs),
            rpaths=tuple(self._rpaths),
            modules=tuple(sorted(modules)),
            symbols=tuple(sorted(symbols)),
            constants=self.disjoint(self._constants),
            crates=self._crates,
        )

    def _commands(self, count: int, size: int) -> Iterator[tuple[int, int, int]]:
        """Yield kind, start and end of each load command. Each is at least as long as its own header, so they end."""
        place = 32 if self._wide else 28
        end = place + size
        if count > MAX_COMMANDS or end > self.size:
            raise self.damaged("its load commands have an impossible size")
        for _ in range(count):
            command, length = self.unpack("II", place) if place + _COMMAND <= end else (0, 0)
            if length < _COMMAND or length % 4 or place + length > end:
                raise self.damaged("a load command has an impossible size")
            yield command, place, place + length
            place += length

    def _take(self, command: int, start: int, end: int) -> None:
        """Read one load command."""
        if command in _DYLIBS:
            self._dylibs.append(self._dylib(_DYLIBS[command], start, end))
        elif command == _ID_DYLIB:
            self._ids.append(self._dylib("id", start, end))
        elif command == _RPATH:
            self._rpaths.append(self._text(self._field("I", start, end)[0], 12, start, end))
        elif command in _VERSION_MIN:
            version, _ = self._field("II", start, end)
            self._systems.append(MinimumOs(platform=_VERSION_MIN[command], version=_version(version)))
        elif command == _BUILD_VERSION:
            platform, version, _, _ = self._field("IIII", start, end)
            name = _PLATFORMS.get(platform, f"platform={platform}")
            self._systems.append(MinimumOs(platform=name, version=_version(version)))
        elif command == _SYMTAB:
            self._tables.append(self._field("IIII", start, end))
        elif command in {_SEGMENT, _SEGMENT_64}:
            self._segment(start, end, wide=command == _SEGMENT_64)

    def _field(self, form: str, start: int, end: int) -> tuple[int, ...]:
        """Unpack what follows a command's own header."""
        if start + _COMMAND + struct.calcsize(self.order + form) > end:
            raise self.damaged("a load command is too short")
        return self.unpack(form, start + _COMMAND)

    def _text(self, offset: int, least: int, start: int, end: int) -> str:
        """Return the text of a load command, which stands behind the command's ``least`` fixed bytes."""
        if offset < least:
            raise self.damaged("a name lies outside its load command")
        return self.name(start + offset, end)

    def _dylib(self, kind: DylibKind | Literal["id"], start: int, end: int) -> Dylib:
        offset, _, current, compatibility = self._field("IIII", start, end)
        name = self._text(offset, 24, start, end)
        return Dylib(name=name, kind=kind, current=_version(current), compatibility=_version(compatibility))

    def _segment(self, start: int, end: int, *, wide: bool) -> None:
        """Note the sections that hold constants, and the first that lists Rust packages."""
        form, head, step = ("16s16sQQIIIIIIII", 72, 80) if wide else ("16s16sIIIIIIIII", 56, 68)
        offset, length, _, _, count, _ = self._field("32xQQIIII" if wide else "24xIIIIII", start, end)
        if offset + length > self.size:
            raise self.damaged("a segment lies outside the file")
        self._sections += count
        if self._sections > MAX_SECTIONS or start + head + count * step > end:
            raise self.damaged("its sections have an impossible number")
        for place in range(start + head, start + head + count * step, step):
            name, _, _, size, offset, _, _, _, flags, *_ = struct.unpack(self.order + form, self.take(place, step))
            title = name.rstrip(b"\0")
            if title in _CONSTANTS and flags & 0xFF not in _ZEROFILL:
                self._constants.append((offset, offset + size))
            elif title == CRATES:
                self._crates = self._crates or self.clipped(offset, offset + size)

    def _symbols(self) -> tuple[set[str], set[str]]:
        """Return the exported entry points of modules, and the undefined symbols of CPython."""
        modules: set[str] = set()
        undefined: set[str] = set()
        for offset, count, names, length in self._tables:
            form = struct.Struct(self.order + ("IBBHQ" if self._wide else "IBBHI"))
            if count > MAX_SYMBOLS:
                raise self.damaged(f"it has more than {MAX_SYMBOLS} symbols")
            self.check(names, length)
            self.check(offset, count * form.size)
            begin = self.start + offset
            with memoryview(self.data)[begin : begin + count * form.size] as table:
                for place, flags, _, _, value in form.iter_unpack(table):
                    if flags & (_STAB | _EXTERNAL) != _EXTERNAL or not self._is_python(names + place):
                        continue
                    symbol = self.name(names + place + 1, names + length)
                    kind = flags & _TYPE
                    if kind == _DEFINED and not flags & _PRIVATE and is_module(symbol):
                        modules.add(symbol)
                    elif kind == _UNDEFINED and not value and is_cpython(symbol):
                        undefined.add(symbol)
        return modules, undefined

    def _is_python(self, place: int) -> bool:
        """Whether a symbol begins like the names we keep: all are put behind an underscore (Mach-O's C symbols)."""
        begin = self.start + place
        return bytes(self.data[begin : begin + 4]).startswith((b"_Py", b"__Py"))


def _version(number: int) -> str:
    """Return a version packed as 16, 8 and 8 bits, without a third part of zero."""
    major, minor, patch = number >> 16, number >> 8 & 0xFF, number & 0xFF
    return f"{major}.{minor}.{patch}" if patch else f"{major}.{minor}"
