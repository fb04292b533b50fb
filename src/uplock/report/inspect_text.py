"""What wheels contain, as a tree of indented lines: files, libraries with their evidence, documents, contradictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from uplock.model.inspect_outcome import InspectFolderResult, InspectLockResult, InspectResult
from uplock.model.native import NativeLibrary, NativeMember, NativeProfile
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument, Difference
from uplock.model.need import Need
from uplock.model.results import CoreMetadata
from uplock.report.text import count, join, plain

_SHOWN = 8
"""Files that are named for one library; there are more in ``--json``."""
_LABELS = {"elf": "SONAME", "mach-o": "install name", "pe": "DLL name"}


def inspect_text(result: InspectResult) -> str:
    """Render one wheel."""
    return join(plain(line) for line in _wheel(result))


def folder_text(result: InspectFolderResult) -> str:
    """Render all wheels of a directory."""
    lines = [line for wheel in result.wheels for line in _wheel(wheel)]
    lines += [f"{each.filename}: not read: {each.reason}" for each in result.unread]
    return join(plain(line) for line in lines or ["no wheels"])


def locks_text(result: InspectLockResult) -> str:
    """Render what is locked for each target: wheels with native code whole, the others by name."""
    lines: list[str] = []
    for each in result.targets:
        native = [wheel for wheel in each.wheels if wheel.members or wheel.skipped or wheel.declared]
        pure = [wheel.filename for wheel in each.wheels if wheel not in native]
        lines.append(f"{each.target}: {count(len(each.wheels), 'wheel')}, {len(native)} with native code")
        lines += indented(line for wheel in native for line in (wheel.filename, *indented(profile_lines(wheel))))
        lines += indented(_section("who brings what is needed from outside", _needs(each.needs)))
        lines += indented(_section("without native code", [[name] for name in pure]))
        lines += indented(f"{other.filename}: not read: {other.reason}" for other in each.unread)
    return join(plain(line) for line in lines)


def _wheel(result: InspectResult) -> Iterator[str]:
    yield f"{result.filename}"
    yield f"  {size_text(result.size)}, sha256 {result.sha256}"
    yield from indented(_metadata(result.metadata))
    yield from indented(profile_lines(result))


def _metadata(metadata: CoreMetadata) -> Iterator[str]:
    yield f"{metadata.name} {metadata.version} (metadata {metadata.metadata_version})"
    stated = (
        ("requires Python", metadata.requires_python),
        ("licence", metadata.license_expression or metadata.license),
        ("summary", metadata.summary),
        ("author", metadata.author or metadata.author_email),
        ("maintainer", metadata.maintainer or metadata.maintainer_email),
    )
    yield from (f"  {label}: {value}" for label, value in stated if value)
    yield from (f"  needs {line}" for line in metadata.requires_dist)


def profile_lines(native: NativeProfile) -> Iterator[str]:
    """Yield what is native in a wheel, one section after the other; what is empty is left out."""
    yield _summary(native)
    yield from _section("native files", [_member(each) for each in native.members])
    yield from _section("libraries", [_library(each) for each in native.libraries])
    yield from _section("needed from outside", [[name] for name in native.system])
    yield from _section("documents in the wheel", [_document(each) for each in native.declared])
    yield from _section("documents and binaries differ", [_difference(each) for each in native.differences])
    yield from _section("promises that do not hold", [[f"{each.member}: {each.detail}"] for each in native.claims])
    yield from _section("not read", [[each] for each in native.skipped])


def _summary(native: NativeProfile) -> str:
    if not native.members:
        return "no native code" if not native.skipped else "no native code that could be read"
    roles = Counter(each.role for each in native.members)
    kinds = ", ".join(count(number, role) for role, number in sorted(roles.items())).replace("librarys", "libraries")
    forms = ", ".join(sorted({f"{each.format} {each.arch}" for each in native.members}))
    glibc = f"; needs glibc {native.glibc}" if native.glibc else ""
    claimed = f"; its tag promises {native.glibc_claimed}" if native.glibc_claimed else ""
    tools = f"; by {', '.join(native.tools)}" if native.tools else ""
    return f"native code: {kinds}; {forms}{glibc}{claimed}{tools}"


def _section(title: str, items: list[list[str]]) -> Iterator[str]:
    if items:
        yield f"{title}: {len(items)}"
        for first, *rest in items:
            yield f"  {first}"
            yield from indented(rest, 2)


def _member(each: NativeMember) -> list[str]:
    facts = [f"{each.role}, {each.format} {each.arch} {each.bits}-bit, {size_text(each.size)}"]
    facts += [f"{family} {floor}" for family, floor in sorted(each.symbol_floors.items())]
    facts += ["musl"] if each.libc == "musl" else []
    facts += [f"minimum {each.minimum_os}"] if each.minimum_os else []
    facts += [_abi(each)] if each.abi else []
    lines = [each.path, "; ".join(facts), f"sha256 {each.sha256}"]
    stated = (
        (_LABELS[each.format], (each.soname,) if each.soname else ()),
        ("needs", each.needed),
        ("needs when first used", each.delayed),
        ("runpath", each.runpath),
        ("exports", each.modules),
    )
    return [*lines, *(f"{label} {', '.join(values)}" for label, values in stated if values)]


def _abi(each: NativeMember) -> str:
    floor = f" from CPython {each.abi_floor} on" if each.abi_floor else ""
    foreign = f", but uses {', '.join(each.abi_foreign[:_SHOWN])}" if each.abi_foreign else ""
    return f"ABI {each.abi}{floor}{foreign}"


def _library(each: NativeLibrary) -> list[str]:
    version = each.version or "(version unknown)"
    lines = [f"{each.project} {version}, {each.linkage}, by {each.method}, confidence {each.confidence}"]
    lines += [f"in {member.path}: {member.evidence}" for member in each.members[:_SHOWN]]
    rest = len(each.members) - _SHOWN
    return [*lines, *([f"and in {count(rest, 'more file')}"] if rest > 0 else [])]


def _document(each: DeclaredDocument) -> list[str]:
    form = f"{each.format} {each.version or ''}".strip() if each.format else "of unknown format"
    known = f"not read: {each.reason}" if each.reason else count(len(each.components), "component")
    lines = [f"{each.path}: {form}, {known}"]
    lines += [_component(component) for component in each.components[:_SHOWN]]
    rest = len(each.components) - _SHOWN
    return [*lines, *([f"and {count(rest, 'more component')}"] if rest > 0 else [])]


def _component(each: DeclaredComponent) -> str:
    scope = "" if each.scope == "required" else f", {each.scope}"
    return f"{each.name} {each.version or '(no version)'}{scope}"


def _difference(each: Difference) -> list[str]:
    return [f"{each.kind}: {each.detail}", *(f"in {path}" for path in each.members[:_SHOWN])]


def _needs(needs: Iterable[Need]) -> list[list[str]]:
    """Return one item for each package, with a line for each who brings it something."""
    by_package: dict[str, dict[str, list[str]]] = {}
    for each in needs:
        name = f"{each.soname} (when first used)" if each.delayed else each.soname
        by_package.setdefault(each.package, {}).setdefault(_brought_by(each), []).append(name)
    return [
        [f"{package}:", *(f"{who}: {', '.join(names)}" for who, names in found.items())]
        for package, found in by_package.items()
    ]


def _brought_by(each: Need) -> str:
    match each.kind:
        case "package":
            return f"{each.provider}, where a search path leads" if each.by == "runpath" else f"{each.provider}"
        case "system":
            return f"the system, by {each.policy}"
        case "interpreter":
            return "the interpreter"
        case "driver":
            return "a driver of the machine"
        case "unknown":
            return "nobody who is known, and not everything could be read"
        case "nobody":
            return "NOBODY" if each.linked else "nobody, and no module is linked to what needs it"


def indented(lines: Iterable[str], depth: int = 1) -> Iterator[str]:
    """Yield lines further in, by two spaces for each level."""
    return (f"{'  ' * depth}{line}" for line in lines)


def size_text(size: int) -> str:
    """Return a number of bytes as people read it (SI units), exact below one kilobyte."""
    number, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB"):
        if number < 1000:  # noqa: PLR2004 - the step between units
            break
        number, unit = number / 1000, larger
    return f"{size} bytes" if unit == "bytes" else f"{number:.1f} {unit}"
