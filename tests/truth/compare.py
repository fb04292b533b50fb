"""Compare what `uplock inspect --json` says of wheels with the truth about them. uplock is run, and never imported.

PYTHONPATH=tests python -m truth.compare FOLDER_OF_WHEELS [FOLDER_OF_TRUTH]      # prints the table
PYTHONPATH=tests python -m truth.compare --write FOLDER_OF_WHEELS                # writes docs/native-truth.md
"""

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from truth.collect import certain_crates, named_crates
from truth.evidence import Wheel
from truth.known import HERE, Library, Truth, as_toml, committed

NAMES = tomllib.loads((HERE / "names.toml").read_text("utf-8"))
FAMILIES = frozenset(NAMES["families"]["names"])
Crate = tuple[str, str]
PAGE = HERE.parent.parent / "docs" / "native-truth.md"
RECORDED = HERE / "recorded.toml"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What is right and what is wrong for one wheel. Every miss and every false claim is one line of text."""

    wheel: str
    natives: int
    natives_found: int
    families: int
    families_found: int
    others: int
    others_found: int
    versions: int
    versions_right: int
    crates: int
    crates_found: int
    missed: tuple[str, ...]
    without_version: tuple[str, ...]
    false: tuple[str, ...]
    uncertain: tuple[str, ...]


def canonical(project: str) -> str:
    name = project.lower().replace("_", "-")
    alias: dict[str, str] = NAMES["alias"]
    return alias.get(project.lower(), alias.get(name, name))


def key(library: Library) -> str:
    return canonical(library.project)


def inspected(wheel: Path) -> dict[str, Any]:
    """Run uplock on a wheel, as anybody would."""
    done = subprocess.run(
        [sys.executable, "-m", "uplock", "inspect", "--json", str(wheel)], capture_output=True, check=True
    )
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def compare(path: Path, truth: Truth) -> Comparison:
    """Compare one wheel."""
    shown = inspected(path)
    claims = [claim for claim in shown["libraries"] if not (claim["purl"] or "").startswith("pkg:cargo/")]
    crates = {(c["project"], c["version"]) for c in shown["libraries"] if (c["purl"] or "").startswith("pkg:cargo/")}
    with Wheel(path) as wheel:
        certain, named, natives = certain_crates(wheel), named_crates(wheel), set(wheel.natives)
    members = {member["path"] for member in shown["members"]}
    expected = [each for each in truth.libraries if not each.own and each.uncertain is None]
    found = [each for each in expected if is_found(each, claims)]
    right = [each for each in expected if each.version and set(each.versions) & versions_of(each, claims)]
    families = [each for each in expected if key(each) in FAMILIES]
    return Comparison(
        wheel=truth.wheel,
        natives=len(natives),
        natives_found=len(natives & members),
        families=len(families),
        families_found=sum(each in found for each in families),
        others=len(expected) - len(families),
        others_found=sum(each in found for each in expected if each not in families),
        versions=sum(each.version is not None for each in expected),
        versions_right=len(right),
        crates=len(certain),
        crates_found=len(certain & crates),
        missed=tuple(f"{each.project} ({each.linkage})" for each in expected if each not in found),
        without_version=tuple(
            f"{each.project} {each.version}"
            for each in found
            if each.version and each not in right and versions_of(each, claims) <= {None}
        ),
        false=(
            *dict.fromkeys(false_claims(truth, claims, named)),
            *(f"native file {name}" for name in sorted(members - natives)),
            *(f"crate {name} {version}" for name, version in sorted(crates - named)),
        ),
        uncertain=tuple(
            each.project + (" (claimed)" if any(canonical(claim["project"]) == key(each) for claim in claims) else "")
            for each in truth.libraries
            if each.uncertain is not None
        ),
    )


def is_found(library: Library, claims: Iterable[dict[str, Any]]) -> bool:
    """Tell whether uplock names the project, and if it is made of files of its own, for every one of them."""
    paths = [
        each["path"] for claim in claims if canonical(claim["project"]) == key(library) for each in claim["members"]
    ]
    return bool(paths) and set(library.files) <= set(paths)


def versions_of(library: Library, claims: Iterable[dict[str, Any]]) -> set[str | None]:
    """Collect the versions that are claimed for a library."""
    return {claim["version"] for claim in claims if canonical(claim["project"]) == key(library)}


def false_claims(truth: Truth, claims: Iterable[dict[str, Any]], crates: Container[Crate]) -> Iterator[str]:
    """Name every claim that the truth denies: of a project, of a linkage, or of a version that nothing shows."""
    for claim in claims:
        if (claim["project"], claim["version"]) in crates:
            yield f"{claim['project']} {claim['version']}: is a crate, and its purl is not"
            continue
        known = [each for each in truth.libraries if key(each) == canonical(claim["project"])]
        name = f"{claim['project']} {claim['version'] or ''}".strip() + f" ({claim['linkage']}, {claim['method']})"
        if not known:
            yield f"{name}: not in the wheel"
        elif claim["linkage"] not in {each.linkage for each in known}:
            yield f"{name}: its linkage"
        elif claim["version"] is not None and claim["version"] not in {v for each in known for v in each.versions}:
            proved = ", ".join(each.version for each in known if each.version)
            yield f"{name}: it is {proved}" if proved else f"{name}: nothing that we know shows this version"


def rows(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Yield the table in Markdown."""
    yield "| wheel | native files | families | others | versions | crates | missed | no version | false claims |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for each in comparisons:
        cells = (
            label(each.wheel),
            f"{each.natives_found}/{each.natives}",
            f"{each.families_found}/{each.families}",
            f"{each.others_found}/{each.others}",
            f"{each.versions_right}/{each.versions}",
            f"{each.crates_found}/{each.crates}",
            "; ".join(each.missed) or "none",
            "; ".join(each.without_version) or "none",
            "; ".join(each.false) or "none",
        )
        yield f"| {' | '.join(cells)} |"
    total = total_of(comparisons)
    pairs = [f"{total[f'{name}_found']}/{total[name]}" for name in ("natives", "families", "others")]
    pairs += [f"{total['versions_right']}/{total['versions']}", f"{total['crates_found']}/{total['crates']}"]
    wrong = (str(total[name]) for name in ("missed", "without_version", "false"))
    yield f"| all {len(comparisons)} | {' | '.join((*pairs, *wrong))} |"


def record(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """Yield what uplock does not find, as TOML."""
    yield "# What uplock did not find in the wheels when the table in docs/native-truth.md was made; made with it."
    for each in comparisons:
        if each.missed or each.without_version:
            yield f'\n["{each.wheel}"]'
            yield f"missed = {as_toml(each.missed)}"
            yield f"without_version = {as_toml(each.without_version)}"


def total_of(comparisons: Iterable[Comparison]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in comparisons:
        for name, value in vars(each).items():
            if name != "wheel":
                total[name] += value if isinstance(value, int) else len(value)
    return total


def label(wheel: str) -> str:
    """Shorten the name of a wheel to project, version and platform."""
    name, version, *_, tags = wheel.removesuffix(".whl").split("-")
    return f"{name} {version} {tags.partition('.')[0]}"


def main(arguments: Sequence[str]) -> int:
    write = arguments[:1] == ["--write"]
    folder, *rest = map(Path, arguments[1:] if write else arguments)
    truths = committed(*rest)
    comparisons = [compare(folder / truth.wheel, truth) for truth in truths]
    if write:
        newest = max((folder / truth.wheel).stat().st_mtime for truth in truths)
        RECORDED.write_text("\n".join(record(comparisons)) + "\n", "utf-8")
        write_page(comparisons, truths, datetime.fromtimestamp(newest, UTC).date().isoformat())
    else:
        sys.stdout.writelines(f"{row}\n" for row in rows(comparisons))
    return 0


def first_line(*command: str) -> str:
    shown = subprocess.run(command, capture_output=True, check=False, text=True).stdout
    match = re.search(r"^.*\d+\.\d+.*$", shown, re.MULTILINE)
    return match.group().strip().replace(", version", "") if match else "unknown"


def write_page(comparisons: Sequence[Comparison], truths: Sequence[Truth], date: str) -> None:
    """Put table and uncertain entries into the page, behind the text that a person wrote."""
    head = PAGE.read_text("utf-8").partition("<!-- made by truth.compare -->")[0]
    tools = [
        first_line("strings", "--version"),
        first_line("llvm-readobj", "--version"),
        first_line(sys.executable, "-m", "uplock", "--version"),
    ]
    lines = [
        "<!-- made by truth.compare -->",
        f"Wheels as downloaded on {date}; {', '.join(tools)}.",
        "",
        *rows(comparisons),
        "",
        "## Not decided",
        "",
        *(
            f"- {label(truth.wheel)}: {each.project}: {each.uncertain}"
            for truth in truths
            for each in truth.libraries
            if each.uncertain
        ),
        "",
        "## What only looks as if it were inside",
        "",
        *(f"- {label(truth.wheel)}: {name}: {why}" for truth in truths for name, why in truth.absent.items()),
    ]
    PAGE.write_text(head + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
