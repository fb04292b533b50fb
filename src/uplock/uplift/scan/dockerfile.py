"""Dockerfiles: the images of their stages, with arguments put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from uplock.model.declaration import Declared, Role
from uplock.uplift.scan.declare import imaged
from uplock.uplift.scan.dockerfile_document import arguments, instructions, substituted
from uplock.uplift.scan.images import ReadImage, read_image
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Scalar

KIND: Final = "dockerfile"
NOT_KNOWN = "is made of an argument without a default"

_FROM = re.compile(r"(?:--[a-z]+(?:=\S+)?\s+)*(?P<image>\S+)(?:\s+as\s+(?P<alias>\S+))?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage: its image as it stands and with arguments put in (``None`` if one has no value)."""

    image: str
    whole: str | None
    alias: str
    line: int


def declarations(source: Source) -> Iterator[Declared]:
    """Yield the images of Python that stages begin from; a stage that begins from another one declares nothing."""
    found = stages(source.text, {})
    names = {stage.alias for stage in found if stage.alias}
    running = _running(found)
    for number, stage in enumerate(found):
        if (stage.whole or stage.image).lower() in names:
            continue
        read = read_image(stage.whole if stage.whole is not None else re.sub(r"\$\{?\w+[^}/:@]*\}?", "", stage.image))
        if read is None:
            continue
        if stage.whole is None and not read.minors:
            read = ReadImage(minors=(), note=NOT_KNOWN)
        scalar = Scalar(text=stage.image, value=stage.image, line=stage.line)
        yield imaged(source, scalar, read, KIND, _role(stage, running=number in running))


def stages(text: str, given: dict[str, str]) -> list[Stage]:
    """Return the stages of a file; ``given`` are arguments that its caller sets."""
    values: dict[str, str] = {}
    found: list[Stage] = []
    for each in instructions(text):
        if each.name == "ARG" and not found:
            for name, default in arguments(each.rest).items():
                value = given.get(name, default if default is None else substituted(default, values))
                if value is not None:
                    values[name] = value
        elif each.name == "FROM" and (match := _FROM.fullmatch(each.rest)) is not None:
            whole = substituted(match["image"], values)
            alias = (match["alias"] or "").lower()
            found.append(Stage(image=match["image"], whole=whole, alias=alias, line=each.line))
    return found


def _running(found: list[Stage]) -> set[int]:
    """Return the places of the last stage and of those that it begins from, one after the other."""
    running: set[int] = set()
    place = len(found) - 1
    while place >= 0 and place not in running:
        running.add(place)
        wanted = (found[place].whole or found[place].image).lower()
        place = next((number for number in range(place) if found[number].alias == wanted), -1)
    return running


def _role(stage: Stage, *, running: bool) -> Role:
    words = set(re.split(r"[^a-z]+", stage.alias))
    if words & {"test", "tests", "testing"}:
        return "test"
    return "run" if running else "build"
