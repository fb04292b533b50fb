"""``setup.py``: the arguments of ``setup()`` as they are written; the file is never run."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.declaration import Declared
from uplock.uplift.scan.declare import declared, specified
from uplock.uplift.scan.pyproject import CLASSIFIER, classifier
from uplock.uplift.scan.python_document import PythonDocument, keyword
from uplock.uplift.scan.source import Source


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what calls of ``setup`` declare."""
    document = PythonDocument(source.text)
    for call in document.calls("setup"):
        required = document.strings(keyword(call, "python_requires"))
        yield from declared(source, required, "setup.py", "run", read=specified)
        named = [each for each in document.strings(keyword(call, "classifiers")) if CLASSIFIER.fullmatch(each.text)]
        yield from declared(source, named, "setup.py.classifier", "run", read=classifier)
