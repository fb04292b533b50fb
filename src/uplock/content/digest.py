"""The content digest of an environment: over its distributions, over their files, by neutral path and SHA-256.

It covers what wheels bring and nothing that installers generate: no RECORD or other notes of installers, no bytecode in
``__pycache__``, no scripts of entry points (``entry_points.txt`` is content), and of rewritten scripts all but the
first line. So pip and uv, a virtual environment and a ``--target`` directory, compiled or not, have one digest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from uplock.content.scheme import parents, settled_path
from uplock.model.content import ContentFile, ContestedPath, DistributionContent, PredictedContent, WheelContent
from uplock.model.digest import Sha256, digest_of
from uplock.model.target import Target
from uplock.model.value import changed

FORMAT = 1


def predict(contents: Iterable[WheelContent], target: Target) -> PredictedContent:
    """Return what an environment of ``target`` holds when exactly these wheels are installed, in whatever order."""
    settled = [settle(content, target) for content in contents]
    distributions = tuple(
        distribution_content(content.name, content.version, [(file.path, file.sha256) for file in content.files])
        for content in sorted(settled, key=lambda content: content.name)
    )
    return PredictedContent(
        digest=environment_digest(distributions), distributions=distributions, contested=contested(settled, target)
    )


def settle(content: WheelContent, target: Target) -> WheelContent:
    """Return a wheel's content with paths settled for ``target``: what lies in ``data/bin`` is a script, say."""
    minor, os_name = target.interpreter.minor, target.platform.os_name
    files: dict[str, ContentFile] = {}
    clashes = set(content.clashes)
    for file in content.files:
        path = settled_path(file.path, minor, os_name)
        moved = file if path == file.path else changed(file, path=path)
        if files.setdefault(path, moved) != moved:
            clashes.add(path)
    return changed(
        content,
        files=tuple(files[path] for path in sorted(files)),
        clashes=tuple(sorted(clashes)),
        folders=tuple(settled_path(path, minor, os_name) for path in content.folders),
    )


def distribution_content(name: str, version: str, files: Iterable[tuple[str, str]]) -> DistributionContent:
    """Return the digest of one distribution: over pairs of neutral path and SHA-256, sorted."""
    pairs = sorted(files)
    digest = digest_of({"format": FORMAT, "name": name, "version": version, "files": pairs})
    return DistributionContent(name=name, version=version, digest=digest, files=len(pairs))


def environment_digest(distributions: Iterable[DistributionContent]) -> Sha256:
    """Return the digest over distributions, sorted by name."""
    rows = sorted((each.name, each.version, each.digest) for each in distributions)
    return digest_of({"format": FORMAT, "distributions": rows})


def contested(settled: Iterable[WheelContent], target: Target) -> tuple[ContestedPath, ...]:
    """Return the paths that more than one distribution fills, or one of them twice, sorted by path.

    On systems whose file names do not tell cases apart, names that differ in case only are one path. A file where
    another distribution has a directory cannot be installed beside it.
    """
    folds = target.platform.sys_platform in {"darwin", "win32"}
    owners: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    shown: dict[str, str] = {}
    for content in settled:
        for path, essence in _claims(content):
            key = path.casefold() if folds else path
            shown[key] = min(shown.get(key, path), path)
            owners[key][content.name].add(essence)
        for path in content.clashes:
            owners[path.casefold() if folds else path][content.name].add("clash")
    folders = {parent: key for key in owners for parent in parents(key)}
    for folder in owners.keys() & folders.keys():
        below = {name for key, names in owners.items() if key.startswith(f"{folder}/") for name in names}
        for name in below:
            owners[folder][name].add("directory")
    return tuple(
        ContestedPath(path=shown[key], owners=tuple(sorted(names)), equal=len(set().union(*names.values())) == 1)
        for key, names in sorted(owners.items())
        if len(names) > 1 or len(next(iter(names.values()))) > 1
    )


def _claims(content: WheelContent) -> Iterable[tuple[str, str]]:
    """Yield the paths that a distribution fills, each with what makes it the same as another."""
    for file in content.files:
        yield file.path, f"{file.path} {file.sha256} {file.rewritten}"
    for script in content.scripts:
        yield f"scripts/{script.name}", f"{script.name} {script.module}:{script.attribute}"
