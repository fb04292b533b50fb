"""What binutils and LLVM show of the native files of a wheel. Nothing of uplock is used here: it is what is judged."""

import hashlib
import json
import re
import subprocess
import tempfile
import zipfile
import zlib
from functools import cache, cached_property
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

Format = Literal["elf", "mach-o", "pe"]
THIN = (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xfe\xed\xfa\xce")
FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
SLICES = 16
"""A Java class begins like a universal file, and counts its version (45 and more) where that counts its slices."""
CRATE = re.compile(r"registry[\\/](?:src[\\/][\w.-]+[\\/])?([A-Za-z][\w-]*?)-(\d+\.\d+\.\d+(?:[+-][\w.+-]*)?)[\\/]")
LETTERS_OF_DEFINED = frozenset("TtDdBbRrVvWiuSsGg")


def kind_of(head: bytes) -> Format | None:
    """Tell a native file by its first bytes, as `file` does."""
    if head.startswith(b"\x7fELF"):
        return "elf"
    if head.startswith(THIN) or (head.startswith(FAT) and 0 < int.from_bytes(head[4:8], "big") < SLICES):
        return "mach-o"
    if head.startswith(b"MZ") and len(head) > 64:
        at = int.from_bytes(head[60:64], "little")
        return "pe" if head[at : at + 4] == b"PE\0\0" else None
    return None


def run(*command: str) -> str:
    """Run a tool and return what it prints; a tool that fails for one file prints nothing of use, and that shows."""
    return subprocess.run(command, capture_output=True, check=False).stdout.decode("latin-1")


class Wheel:
    """A wheel whose native files lie in a folder where tools can read them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._archive = zipfile.ZipFile(path)
        self._folder = tempfile.TemporaryDirectory(prefix="truth-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._archive.close()
        self._folder.cleanup()

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(info.filename for info in self._archive.infolist() if not info.is_dir())

    @cached_property
    def natives(self) -> dict[str, Format]:
        """Every member that begins like a native file, whatever its name is."""
        found: dict[str, Format] = {}
        for name in self.names:
            with self._archive.open(name) as member:
                kind = kind_of(member.read(4096))
            if kind is not None:
                found[name] = kind
        return found

    @cache  # noqa: B019 - a wheel lives as long as its folder does
    def file(self, member: str) -> str:
        """Where a member lies on disk."""
        path = Path(self._folder.name) / hashlib.sha256(member.encode()).hexdigest()[:16]
        path.write_bytes(self._archive.read(member))
        return str(path)

    def document(self, member: str) -> str:
        return self._archive.read(member).decode("utf-8", "replace") if member in self.names else ""

    @cache  # noqa: B019 - likewise
    def texts(self, member: str) -> str:
        """Lines of `strings` over the whole file."""
        return run("strings", "-a", "-n", "4", self.file(member))

    @cache  # noqa: B019 - likewise
    def wide_texts(self, member: str) -> str:
        """Lines of `strings` in UTF-16, as the version resource of a DLL has them."""
        return run("strings", "-a", "-el", "-n", "4", self.file(member))

    @cache  # noqa: B019 - likewise
    def symbols(self, member: str) -> frozenset[str]:
        """Symbols that the file defines: dynamic and local ones, or the exports of a DLL."""
        file = self.file(member)
        if self.natives[member] == "pe":
            return frozenset(re.findall(r"^ *Name: (\S+)$", run("llvm-readobj", "--coff-exports", file), re.MULTILINE))
        if self.natives[member] == "elf":
            shown = run("nm", "-D", "--with-symbol-versions", file) + run("nm", file)
        else:
            shown = run("llvm-nm", "--arch=all", file)
        words = (line.split() for line in shown.splitlines())
        return frozenset(line[-1] for line in words if len(line) >= 3 and line[-2] in LETTERS_OF_DEFINED)

    @cache  # noqa: B019 - likewise
    def constants(self, member: str, symbol: str) -> frozenset[int]:
        """Numbers that stand in the code of a function."""
        shown = run("llvm-objdump", "-d", "--no-show-raw-insn", f"--disassemble-symbols={symbol}", self.file(member))
        found: set[int] = set()
        low = 0
        for operation, operands in re.findall(r"^ *[0-9a-f]+: +\t?(\S+) *\t?(.*)$", shown, re.MULTILINE):
            numbers = [int(text, 0) for text in re.findall(r"[$#](-?(?:0x[0-9a-f]+|\d+))", operands)]
            if operation == "movk" and numbers[1:] == [16]:
                numbers = [low + (numbers[0] << 16)]
            low = numbers[0] if numbers else low
            found.update(numbers)
        return frozenset(found)

    def number_at(self, member: str, symbol: str) -> int | None:
        """Return the 32-bit number behind a symbol, of little-endian files with one slice."""
        file = self.file(member)
        tables = run("nm", "-D", file) + run("llvm-nm", file)
        placed = re.search(rf"^([0-9a-f]+) [A-Za-z] {re.escape(symbol)}$", tables, re.MULTILINE)
        if placed is None:
            return None
        at = int(placed.group(1), 16)
        shown = run("llvm-objdump", "-s", f"--start-address={at}", f"--stop-address={at + 4}", file)
        row = re.search(rf"^ 0*{at:x} ([0-9a-f]{{8}})", shown, re.MULTILINE)
        return None if row is None else int.from_bytes(bytes.fromhex(row.group(1)), "little")

    @cached_property
    def needed(self) -> frozenset[str]:
        """Every library that some ELF file of the wheel asks the loader for."""
        shown = (run("readelf", "-dW", self.file(name)) for name, kind in self.natives.items() if kind == "elf")
        return frozenset(name for text in shown for name in re.findall(r"\(NEEDED\).*\[(.+)\]", text))

    @cached_property
    def crates_of_binaries(self) -> frozenset[tuple[str, str]]:
        """Crates of a program by the section `.dep-v0` that cargo-auditable writes, without those of its build."""
        found: set[tuple[str, str]] = set()
        for name, kind in self.natives.items():
            section = Path(self._folder.name) / "dep-v0"
            section.unlink(missing_ok=True)
            if kind == "elf" and ".dep-v0" in run("readelf", "-SW", self.file(name)):
                run("objcopy", f"--dump-section=.dep-v0={section}", self.file(name), f"{section}.copy")
                packages = json.loads(zlib.decompress(section.read_bytes()))["packages"]
                found.update((p["name"], p["version"]) for p in packages if p.get("kind", "runtime") == "runtime")
        return frozenset(found)

    @cached_property
    def crates_of_paths(self) -> frozenset[tuple[str, str]]:
        """Crates whose sources a native file names in its messages of panic: certainly inside, and surely not all."""
        return frozenset(found for member in self.natives for found in CRATE.findall(self.texts(member)))

    @cached_property
    def crates_of_documents(self) -> frozenset[tuple[str, str]]:
        """Crates that a document of the wheel (PEP 770) names; macros and build tools stand among them."""
        found: set[tuple[str, str]] = set()
        for name in self.names:
            if ".dist-info/sboms/" in name:
                for part in json.loads(self.document(name)).get("components", []):
                    if part.get("purl", "").startswith("pkg:cargo/"):
                        found.add((part["name"], part["version"]))
        return frozenset(found)
