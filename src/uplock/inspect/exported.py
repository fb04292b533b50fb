"""What an exported function of a native file returns, if it does nothing but return a constant.

That is how projects tell the version of the library itself (``PQlibVersion``), where no text does. The code is not run:
only the few instructions that compilers make of ``return CONSTANT;`` are understood, and nothing else.
"""

from __future__ import annotations

import re
import struct
from typing import Literal

from uplock.inspect.images import Image
from uplock.model.value import Value

_CODE = 36
"""Bytes of a function that are looked at."""
_ENDBR64, _BTI_C, _RET64 = b"\xf3\x0f\x1e\xfa", 0xD503245F, 0xD65F03C0
_FRAMES = ((b"\x55\x48\x89\xe5", b"\x5d"), (b"\x55\x89\xe5", b"\x5d"), (b"", b""))
"""Beginning and end of functions that keep a frame pointer, in code for 64 and 32 bits, and of those that do not."""
_MOV_EAX, _LEA_RAX, _RET, _ZERO_EAX = b"\xb8", b"\x48\x8d\x05", b"\xc3", b"\x31\xc0"
_STORES_IF_ASKED = (b"\x48\x85\xff\x74\x06\xc7\x07",)
"""``if (argument) *argument = N;`` up to the number."""
_STORES = ((b"\xc7\x07", b"\xc7\x06", b"\xc7\x02"), (b"\xc7\x01", b"\xc7\x02", b"\x41\xc7\x00"))
"""Stores through the first three arguments, up to the number: as on Linux and macOS, and as on Windows."""
_NOP = 0xD503201F
_MOVZ_W0, _MOVZ_W0_HIGH, _MOVK_W0_HIGH, _MOVZ_W8 = 0x52800000, 0x52A00000, 0x72A00000, 0x52800008
_ADRP_X0, _ADR_X0, _ADD_X0_X0, _STR_W8, _MOV_W0_WZR = 0x90000000, 0x10000000, 0x91000000, 0xB9000008, 0x2A1F03E0
_NO_16, _NO_21, _NO_12 = 0xFFE0001F, 0x9F00001F, 0xFFC003FF
"""Masks of instructions without their numbers of 16, 21 and 12 bits (A64: move wide, PC-relative, add immediate)."""
_STORING = 256
"""Bytes of a function in which pieces of a text are looked for."""
_LOAD_OR_STORE = re.compile(
    rb"\x48(?P<load>[\xb8-\xbf])(?P<text>[\x20-\x7e]{8})|\x48\x89(?P<store>[\x05\x0d\x15\x1d\x25\x2d\x35\x3d])(?P<distance>.{4})",
    re.DOTALL,
)
"""``movabs reg, TEXT`` and ``mov [rip + N], reg``."""


class Returned(Value, frozen=True, kw_only=True):
    """What a function returns: a number, the place of something in the file, or three numbers by its arguments."""

    kind: Literal["number", "place", "triple"]
    value: int = 0
    numbers: tuple[int, ...] = ()


def returned(image: Image, address: int) -> Returned | None:
    """Return what the function at ``address`` returns, or ``None`` if it does more than that."""
    code = image.bytes_at(address, _CODE)
    if len(code) < _CODE:
        return None
    found = _of_aarch64(code, address) if image.machine == "aarch64" else _of_x86(code, address)
    if found is not None and found.kind == "place":
        place = image.place_of(found.value)
        return Returned(kind="place", value=place) if place is not None else None
    return found


def stored_text(image: Image, address: int) -> str | None:
    """Return the text that a function stores in pieces of eight characters one behind the other, from its constants.

    Understood is code for x86_64 that loads each piece into a register and stores that in a variable. The text may
    lack what smaller pieces add at its end.
    """
    code = image.bytes_at(address, _STORING) if image.machine == "x86_64" else b""
    loaded: dict[int, bytes] = {}
    stored: dict[int, bytes] = {}
    for match in _LOAD_OR_STORE.finditer(code):
        if match["text"] is not None:
            loaded[match["load"][0] & 7] = match["text"]
        elif (piece := loaded.pop(match["store"][0] >> 3 & 7, None)) is not None:  # what else fills it is not seen
            (distance,) = struct.unpack("<i", match["distance"])
            stored.setdefault(match.end() + distance, piece)
    if not stored:
        return None
    place, text = min(stored), b""
    while piece := stored.get(place):
        text, place = text + piece, place + len(piece)
    return text.decode("ascii")


def _of_x86(code: bytes, address: int) -> Returned | None:
    """Understand ``mov eax, N; ret``, ``lea rax, [rip + N]; ret`` and stores of three numbers.

    Compilers may put a landing pad in front, and a frame pointer around it.
    """
    skipped = len(_ENDBR64) if code.startswith(_ENDBR64) else 0
    for start, end in _FRAMES:
        if code.startswith(start, skipped):
            at = skipped + len(start)
            if found := _x86_number(code, at, end) or _x86_place(code, at, end, address) or _x86_triple(code, at, end):
                return found
    return None


def _x86_number(code: bytes, at: int, end: bytes) -> Returned | None:
    if code.startswith(_MOV_EAX, at) and code.startswith(end + _RET, at + 5):
        return Returned(kind="number", value=_word(code, at + 1))
    return None


def _x86_place(code: bytes, at: int, end: bytes, address: int) -> Returned | None:
    for optional in _STORES_IF_ASKED:
        if code.startswith(optional, at):
            at += len(optional) + 4  # a number that is stored for callers that ask for it
    after = at + len(_LEA_RAX) + 4
    if code.startswith(_LEA_RAX, at) and code.startswith(end + _RET, after):
        (distance,) = struct.unpack_from("<i", code, after - 4)
        return Returned(kind="place", value=address + after + distance)
    return None


def _x86_triple(code: bytes, at: int, end: bytes) -> Returned | None:
    for arguments in _STORES:
        numbers, place = [], at
        for store in arguments:
            if code.startswith(_ZERO_EAX, place):
                place += 2
            if not code.startswith(store, place):
                break
            place += len(store) + 4
            numbers.append(_word(code, place - 4))
        if code.startswith(_ZERO_EAX, place):
            place += 2
        if len(numbers) == len(arguments) and code.startswith(end + _RET, place):
            return Returned(kind="triple", numbers=tuple(numbers))
    return None


def _word(code: bytes, at: int) -> int:
    return int.from_bytes(code[at : at + 4], "little")


def _of_aarch64(code: bytes, address: int) -> Returned | None:
    """Understand ``mov w0, N; movk w0, N, lsl 16; ret``, ``adrp x0; add x0, x0, N; ret`` and ``adr x0; nop; ret``."""
    words = struct.unpack(f"<{_CODE // 4}I", code)
    if words[0] == _BTI_C:
        words, address = words[1:], address + 4
    first, second, third = words[:3]
    if first & _NO_16 == _MOVZ_W0:
        low = first >> 5 & 0xFFFF
        if second == _RET64:
            return Returned(kind="number", value=low)
        if second & _NO_16 == _MOVK_W0_HIGH and third == _RET64:
            return Returned(kind="number", value=low | (second >> 5 & 0xFFFF) << 16)
    if first & _NO_16 == _MOVZ_W0_HIGH and second == _RET64:
        return Returned(kind="number", value=(first >> 5 & 0xFFFF) << 16)
    if first & _NO_21 == _ADRP_X0 and second & _NO_12 == _ADD_X0_X0 and third == _RET64:
        return Returned(kind="place", value=(address & ~0xFFF) + (_signed(first) << 12) + (second >> 10 & 0xFFF))
    if first & _NO_21 == _ADR_X0 and (second == _RET64 or (second == _NOP and third == _RET64)):
        return Returned(kind="place", value=address + _signed(first))
    return _aarch64_triple(words)


def _aarch64_triple(words: tuple[int, ...]) -> Returned | None:
    """Understand ``mov w8, N; str w8, [x0]`` and the like for the next two arguments."""
    numbers = []
    for argument in range(3):
        move, store = words[2 * argument : 2 * argument + 2]
        if move & _NO_16 != _MOVZ_W8 or store != _STR_W8 | argument << 5:
            return None
        numbers.append(move >> 5 & 0xFFFF)
    rest = words[6:]
    if rest[0] == _RET64 or (len(rest) > 1 and rest[0] in {_MOVZ_W0, _MOV_W0_WZR} and rest[1] == _RET64):
        return Returned(kind="triple", numbers=tuple(numbers))
    return None


def _signed(word: int) -> int:
    """Return the 21-bit distance in an ADR or ADRP instruction."""
    number = (word >> 5 & 0x7FFFF) << 2 | word >> 29 & 3
    return number - (1 << 21) if number >> 20 else number
