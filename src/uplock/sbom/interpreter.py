"""The interpreter as a component, with the end of its support, and the one that it takes over from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from uplock.model.interpreter_parts import InterpreterParts
from uplock.model.lifecycle import Lifecycle
from uplock.model.target import Interpreter
from uplock.model.value import changed
from uplock.sbom.clean import Cleaner
from uplock.sbom.identifier import purl
from uplock.sbom.interpreter_parts import part_components
from uplock.sbom.parts import Component, Organization, Property, SpdxId
from uplock.sbom.vocabulary import END_OF_SUPPORT, Term

_PRODUCT = "cpython"
_FOUNDATION = Organization(name="Python Software Foundation", urls=("https://www.python.org/",))


def interpreter_component(
    interpreter: Interpreter,
    baseline: Interpreter | None,
    lifecycles: Iterable[Lifecycle],
    parts: InterpreterParts | None = None,
) -> Component:
    """Return the component of ``interpreter``, external to the project.

    Its ancestor is ``baseline``, if that is of another minor version: CycloneDX calls an ancestor what a component
    is derived from, and no field is nearer to what was there before. ``parts`` are what that very interpreter said of
    its own libraries, if it was asked.
    """
    rows = tuple(lifecycles)
    clean = Cleaner()
    uplift = baseline is not None and baseline.minor != interpreter.minor
    return Component(
        ref=_purl(interpreter),
        type="platform",
        name="python",
        version=interpreter.version,
        external=True,
        description=f"CPython {interpreter.minor}",
        purl=_purl(interpreter),
        cpe=f"cpe:2.3:a:python:python:{interpreter.version}:*:*:*:*:*:*:*",
        supplier=_FOUNDATION,
        licenses=(SpdxId(id="PSF-2.0"),),
        properties=(
            Term.IMPLEMENTATION.of(interpreter.implementation),
            Term.ABI.of(interpreter.tag),
            *_lifecycle(interpreter, rows, clean),
            *_asked(parts, clean),
            *clean.notes,
        ),
        components=() if parts is None else part_components(_purl(interpreter), parts, clean),
        ancestor=_ancestor(_purl(interpreter), baseline, rows) if baseline and uplift else None,
        ancestor_note=f"uplift {baseline.minor} -> {interpreter.minor}" if baseline and uplift else None,
    )


def _asked(parts: InterpreterParts | None, clean: Cleaner) -> Iterator[Property]:
    """Yield how the interpreter that was asked was built, and the modules that it lacks or cannot use."""
    if parts is not None:
        yield from clean.facts(Term.INTERPRETER_SOABI, parts.abi)
        yield from clean.facts(Term.INTERPRETER_COMPILER, parts.compiler)
        for part in parts.parts:
            if part.state != "present":
                yield from clean.facts(Term.INTERPRETER_WITHOUT, f"{part.module}: {part.state}")


def _ancestor(ref: str, baseline: Interpreter, rows: Iterable[Lifecycle]) -> Component:
    """Return the interpreter being left, under a reference that it has nowhere else in a document."""
    return changed(interpreter_component(baseline, None, rows), ref=f"{ref}#ancestor")


def _purl(interpreter: Interpreter) -> str:
    return purl("generic", "python", interpreter.version)


def _lifecycle(interpreter: Interpreter, rows: Iterable[Lifecycle], clean: Cleaner) -> Iterator[Property]:
    """Yield the dates of the interpreter's line.

    The official taxonomy means by the end of support that of any support at all: our ``end_of_life``.
    """
    row = next((each for each in rows if (each.product, each.line) == (_PRODUCT, interpreter.minor)), None)
    if row is None:
        return
    yield Property(name=END_OF_SUPPORT, value=row.end_of_life.isoformat())
    if row.claim.end_of_support is not None:
        yield Term.BUGFIX_END.of(row.claim.end_of_support.isoformat())
    yield from clean.facts(Term.LIFECYCLE_SOURCE, row.claim.source)
    yield Term.LIFECYCLE_RETRIEVED.of(row.claim.retrieved.isoformat())
    yield Term.LIFECYCLE_VERIFIED.of("true" if row.verified else "false")
