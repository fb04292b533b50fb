"""A directory compared with what the wheels of a lock put there: every file of either, one by one."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from uplock.content.bytecode import parse_cached_name
from uplock.content.digest import distribution_content
from uplock.content.expected import Expected
from uplock.content.found import Found
from uplock.content.scheme import parents
from uplock.content.scripts import head_of, is_generated, normal_form
from uplock.content.tree import shown
from uplock.model.content import (
    ContestedPath,
    DifferenceKind,
    DistributionContent,
    EnvironmentDifference,
    WheelContent,
)
from uplock.model.digest import Sha256, sha256_of

_DANGERS = {
    "sitecustomize": "Python imports it at every start",
    "usercustomize": "Python imports it at every start",
}


def compare_files(
    expected: Mapping[str, Expected], compiled: Container[str], found: Found
) -> Iterator[EnvironmentDifference]:
    """Yield how the files of wheels, and the scripts of their entry points, differ from those in a directory.

    ``compiled`` are paths of bytecode that is held against its source: of the bytecode of wheels only the rest is
    compared here.
    """
    for path, each in expected.items():
        if path in found.scaffold:
            yield _difference("contested", each, "the wheel puts it where the environment's own file is")
        elif path in found.listing.links:
            yield _difference("changed", each, f"is a link to {shown(found.listing.links[path])}")
        elif path not in found.listing.files:
            if each.required:
                yield _difference("missing", each, "")
        elif each.role == "script":
            yield from _compare_generated(each, found)
        elif each.file is not None and each.file.rewritten:
            yield from _compare_rewritten(each, found)
        elif each.role == "content" or (each.role == "bytecode" and path not in compiled):
            yield from _compare_plain(each, found)


def _compare_plain(each: Expected, found: Found) -> Iterator[EnvironmentDifference]:
    if each.file is None:
        return
    size = found.listing.files[each.path]
    if size != each.file.size:
        yield _difference("changed", each, f"has {size} bytes instead of {each.file.size}")
    elif each.path not in found.hashes:
        yield _difference("changed", each, "cannot be read")
    elif found.hashes[each.path] != each.file.sha256:
        yield _difference("changed", each, f"has sha256 {found.hashes[each.path]} instead of {each.file.sha256}")


def _compare_rewritten(each: Expected, found: Found) -> Iterator[EnvironmentDifference]:
    digest = _rewritten_digest(each.path, found)
    complaint = _complaint_of_head(each.path, found)
    if complaint:
        yield _difference("script", each, complaint)
    elif each.file is not None and digest != each.file.sha256:
        yield _difference("changed", each, "below its first line, it is not the script of the wheel")


def _compare_generated(each: Expected, found: Found) -> Iterator[EnvironmentDifference]:
    complaint = _complaint_of_head(each.path, found)
    text = found.texts.get(each.path, b"")
    head = head_of(text)
    if complaint:
        yield _difference("script", each, complaint)
    elif head is not None and each.script is not None and not is_generated(text[head.size :], each.script):
        target = f"{each.script.module}:{each.script.attribute}"
        yield _difference("script", each, f"is not what the entry point {target} generates")


def _complaint_of_head(path: str, found: Found) -> str:
    text = found.texts.get(path)
    if text is None:
        return "is larger than such a script can be, or cannot be read"
    head = head_of(text)
    if head is None:
        return "does not begin as an installer writes it"
    if head.starts not in found.interpreters:
        return f"starts {shown(head.starts)}, which is not the interpreter of this environment"
    return ""


def _rewritten_digest(path: str, found: Found) -> Sha256 | None:
    """Return the digest of a script in its normal form, whatever interpreter it starts; ``None`` without a head."""
    text = found.texts.get(path)
    head = None if text is None else head_of(text)
    return None if text is None or head is None else sha256_of(normal_form(text[head.size :]))


def strangers(
    expected: Mapping[str, Expected], owned: Mapping[str, str], folders: Container[str], found: Found
) -> tuple[str, ...]:
    """Return the paths that belong to nothing: no wheel, no installer, not the environment itself; sorted.

    An empty folder where Python looks for modules is one of them, unless it is among the ``folders`` of wheels: it can
    be imported as a package (PEP 420).
    """
    filled = {folder for path in expected for folder in parents(path)} | {found.layout.site}
    empty = (
        folder
        for folder in found.listing.folders
        if found.layout.below_site(folder) and folder not in folders and not _is_cache(folder, filled)
    )
    everything = (*found.listing.files, *found.listing.links, *found.listing.others, *empty)
    return tuple(
        sorted(path for path in everything if path not in expected and path not in owned and path not in found.scaffold)
    )


def _is_cache(folder: str, filled: Container[str]) -> bool:
    """Whether an empty folder is one for bytecode, beside something that a wheel brings."""
    parent, _, name = folder.rpartition("/")
    return name == "__pycache__" and parent in filled


def describe_strangers(paths: Iterable[str], found: Found) -> Iterator[EnvironmentDifference]:
    """Yield one difference for each path that belongs to nothing, with what makes it dangerous where that is known."""
    for path in paths:
        detail = "an empty folder, which can be imported" if path in found.listing.folders else _danger(path)
        yield EnvironmentDifference(kind="not-owned", path=shown(path), detail=detail)


def _danger(path: str) -> str:
    name = path.rpartition("/")[2]
    stem, _, suffix = name.partition(".")
    if stem in _DANGERS and suffix:
        return _DANGERS[stem]
    if name.endswith(".pth"):
        return "Python runs its lines that begin with import at every start"
    if "__editable__" in name:
        return "an editable install: its code lies elsewhere"
    if parse_cached_name(path) is not None:
        return "bytecode of a source that no wheel brings"
    if any(part.endswith((".dist-info", ".egg-info")) for part in path.split("/")):
        return "of a distribution that is not locked, or not this version of it"
    return "no wheel of the lock brings it"


def contests(contested: Iterable[ContestedPath], found: Found) -> Iterator[EnvironmentDifference]:
    """Yield the paths that several wheels fill with different bytes: what is there depends on who came last."""
    for each in contested:
        if not each.equal:
            detail = f"{' and '.join(each.owners)} bring it with different bytes"
            yield EnvironmentDifference(kind="contested", path=shown(found.layout.place(each.path)), detail=detail)


def found_content(
    contents: Iterable[WheelContent], places: Mapping[str, str], unowned: Iterable[str], found: Found
) -> tuple[DistributionContent, ...]:
    """Return what is there of each of ``contents``; ``places`` maps neutral paths to those in the directory.

    A file of another size than the wheel's is represented by its size, a script without a known head by its bytes, what
    belongs to nothing by a distribution without a name: so the digest over all of it is the predicted one if and only
    if nothing of it differs.
    """
    distributions = [
        distribution_content(content.name, content.version, _pairs(content, places, found)) for content in contents
    ]
    planted = [(shown(path), f"size:{found.listing.files.get(path, -1)}") for path in unowned]
    if planted:
        distributions.append(distribution_content("", "", planted))
    return tuple(sorted(distributions, key=lambda each: each.name))


def _pairs(content: WheelContent, places: Mapping[str, str], found: Found) -> Iterator[tuple[str, str]]:
    for file in content.files:
        path = places[file.path]
        size = found.listing.files.get(path)
        if size is None:
            continue
        digest = _rewritten_digest(path, found) if file.rewritten else found.hashes.get(path)
        yield file.path, digest or f"size:{size}"


def _difference(kind: DifferenceKind, each: Expected, detail: str) -> EnvironmentDifference:
    return EnvironmentDifference(kind=kind, path=shown(each.path), package=each.package, detail=detail)
