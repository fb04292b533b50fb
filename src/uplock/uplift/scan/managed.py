"""Managed runtimes by the names that providers give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from uplock.model.declaration import Declared, Kind
from uplock.model.value import changed
from uplock.uplift.scan.declare import declared, exact
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.tree import Scalar

_LAMBDA = re.compile(r"python\d\.\d{1,2}")
_GOOGLE = re.compile(r"python\d{2,3}")


def lambdas(source: Source, scalars: Iterable[Scalar], kind: Kind) -> Iterator[Declared]:
    """Yield runtimes of AWS Lambda, ``python3.9``, by the line of the lifecycle table; those of others are none."""
    found = [each for each in scalars if _LAMBDA.fullmatch(each.text)]
    for each in declared(source, found, kind, "run", read=exact):
        one = len(each.minors or ()) == 1
        yield changed(each, runtime=f"python{each.minors[0]}") if one and each.minors else each


def google(source: Source, scalars: Iterable[Scalar], kind: Kind) -> Iterator[Declared]:
    """Yield runtimes of App Engine and Cloud Functions, ``python39``."""
    yield from declared(source, [each for each in scalars if _GOOGLE.fullmatch(each.text)], kind, "run", read=exact)
