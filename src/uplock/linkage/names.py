"""The names by which native files look for one another."""

from __future__ import annotations

from uplock.model.native import Format, NativeMember


def written(name: str, member: NativeMember) -> str:
    """Return a name that a member needs as profiles tell what comes from outside: DLLs in lower case."""
    return name.lower() if member.format == "pe" else name


def found_as(name: str, form: Format) -> str:
    """Return the name by which a library is looked for: Windows tells no capitals apart, macOS has paths."""
    match form:
        case "elf":
            return name
        case "mach-o":
            return name.rpartition("/")[2]
        case "pe":
            return name.lower()


def names_of(member: NativeMember) -> frozenset[str]:
    """Return the names under which others find a file: its own and, but on Windows, the one that it gives itself."""
    own = found_as(member.path.rpartition("/")[2], member.format)
    if not member.soname or member.format == "pe":
        return frozenset({own})
    return frozenset({own, found_as(member.soname, member.format)})
