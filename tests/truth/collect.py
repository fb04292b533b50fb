"""Check the truth about wheels against their bytes, or draft it for a new one. uplock is not used.

PYTHONPATH=tests python -m truth.collect FOLDER_OF_WHEELS         # every line of evidence is looked up again
PYTHONPATH=tests python -m truth.collect --draft WHEEL            # what the rules hit, for a person to judge
"""

import re
import sys
import tomllib
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from truth.evidence import Wheel
from truth.known import HERE, Library, Truth, committed

EXTENSION = re.compile(r"\.(cpython-\d+\w*(-[\w-]+)?|abi3|abi3t)\.so$|\.pyd$|/scripts/[^/]+$|^[^/]+\.so$")


def bare(member: str) -> str:
    """Cut folder, suffixes and the mangling of repair tools from the name of a file."""
    name = re.sub(r"\.(?:so|dll|pyd)(?:\.[\w.]+)?$", "", member.rpartition("/")[2])
    name = re.sub(r"(?:\.\d+)*(?:\.zlib-ng)?\.dylib$", "", name)
    return re.sub(r"(?:-(?:[0-9a-f]{32}|[0-9a-f]{8}))+(?:\.\d[\d.]*)?$", "", name)


def holds(wheel: Wheel, library: Library) -> bool:
    """Tell whether the evidence is where the truth says it is."""
    member, evidence = library.member, library.evidence
    where: Container[object]
    match library.by:
        case "file":
            where = {name.rpartition("/")[2] for name in wheel.natives if name == member}
        case "line":
            where = wheel.texts(member).splitlines()
        case "text":
            where = wheel.texts(member)
        case "wide-text":
            where = wheel.wide_texts(member)
        case "document":
            where = wheel.document(member)
        case "symbol":
            where = {name.partition("@")[0] for name in wheel.symbols(member)}
        case "constant":
            symbol = evidence.partition(" = ")[0]
            where = {f"{symbol} = {number}" for number in wheel.constants(member, symbol)}
        case "data":
            symbol = evidence.partition(" = ")[0]
            where = (f"{symbol} = {wheel.number_at(member, symbol)}",)
    return evidence in where


def certain_crates(wheel: Wheel) -> frozenset[tuple[str, str]]:
    return wheel.crates_of_binaries or wheel.crates_of_paths


def named_crates(wheel: Wheel) -> frozenset[tuple[str, str]]:
    return wheel.crates_of_binaries | wheel.crates_of_paths | wheel.crates_of_documents


def defects(wheel: Wheel, truth: Truth) -> Iterator[str]:
    """Say what of the truth does not hold for the wheel, and which of its files the truth does not explain."""
    if wheel.sha256 != truth.sha256:
        yield f"is another file: sha256 {wheel.sha256}"
        return
    counts = (len(wheel.natives), len(certain_crates(wheel)), len(named_crates(wheel)))
    if counts != (truth.natives, truth.crates, truth.crates_named):
        yield f"has other numbers of native files and crates: {counts}"
    for library in truth.libraries:
        if not holds(wheel, library):
            yield f"{library.project}: no {library.by} {library.evidence!r} in {library.member}"
        yield from (f"{library.project}: no native file {name}" for name in library.files if name not in wheel.natives)
    explained = {name for library in truth.libraries for name in library.files}
    for name in wheel.natives:
        if name not in explained and not EXTENSION.search(name):
            yield f"nothing is known of {name}"


def draft(wheel: Wheel) -> Iterator[str]:
    """Yield what the rules hit, one line each: project, where it was seen, version, member, and the line itself."""
    for project, rules in tomllib.loads((HERE / "rules.toml").read_text("utf-8")).items():
        for member in wheel.natives:
            seen = {
                "file": bare(member),
                "text": wheel.texts(member),
                "symbol": "\n".join(sorted(wheel.symbols(member))),
            }
            for where, patterns in rules.items():
                yield from (f"{project}\t{where}\t{hit}" for hit in hits(where, patterns, member, seen[where]))


def hits(where: str, patterns: Sequence[str], member: str, text: str) -> Iterator[str]:
    found: dict[str, str] = {}
    for pattern in patterns:
        if where == "file" and re.fullmatch(pattern, text):
            found.setdefault("", member)
        elif where != "file":
            for match in re.finditer(pattern, text, re.MULTILINE):
                line = text[text.rfind("\n", 0, match.start()) + 1 :].partition("\n")[0]
                found.setdefault(match.groupdict().get("v") or "", line[:120])
    yield from (f"{version or '-'}\t{member}\t{line}" for version, line in found.items())


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["--draft"]:
        for path in arguments[1:]:
            with Wheel(Path(path)) as wheel:
                sys.stdout.writelines(f"{line}\n" for line in draft(wheel))
        return 0
    folder = Path(arguments[0])
    bad = 0
    for truth in committed(Path(arguments[1]) if arguments[1:] else HERE / "wheels"):
        with Wheel(folder / truth.wheel) as wheel:
            found = list(defects(wheel, truth))
        bad += len(found)
        sys.stdout.writelines(f"{truth.wheel}: {defect}\n" for defect in found or ["holds"])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
