"""XML of unknown origin, strictly: read as a stream in which whatever reaches outside the document is refused.

No DOCTYPE, so no entity but the five of XML; no processing instruction, no XInclude, no encoding but UTF-8. What has
passed here may be given to other readers of XML.
"""

from __future__ import annotations

from typing import Any, NoReturn
from xml.parsers import expat

from uplock.sbom.reading.bounds import MAX_ATTRIBUTE, MAX_DEPTH, MAX_NAME, MAX_NODES, refuse_at
from uplock.sbom.reading.foreign import foreign_xml, refuse_foreign
from uplock.sbom.reading.xml_shapes import Branch, root_branch

NAMESPACE = "http://cyclonedx.org/schema/bom/"
_INCLUDE = "http://www.w3.org/2001/XInclude"


def read_xml(text: str, versions: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Return the version of the specification and the document in the shape of the JSON form.

    Raises :class:`InputError` with line and column.
    """
    reader = _Reader(versions)
    parser = reader.parser
    try:
        parser.Parse(text.encode(), True)  # noqa: FBT003 - this is the end: expat takes no keywords
    except expat.ExpatError as error:
        refuse_at(f"is not XML: {expat.errors.messages[error.code]}", error.lineno, error.offset + 1)
    return reader.version, reader.tree


class _Reader:
    """Takes what the parser reports. Elements of other name spaces (signatures, say) are passed over."""

    def __init__(self, versions: tuple[str, ...]) -> None:
        self.version = ""
        self.tree: dict[str, Any] = {}
        self._versions = versions
        self._open: list[Branch | None] = []
        self._nodes = 0
        self._prefix = ""
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, message: str) -> NoReturn:
        refuse_at(message, self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def _declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0":
            self._refuse(f"is in XML {version[:40]}, not in XML 1.0")
        if encoding is not None and encoding.lower() != "utf-8":
            self._refuse(f"is in {encoding[:40]}, not in UTF-8")

    def _doctype(self, *_: object) -> None:
        self._refuse("has a DOCTYPE, which is not read")

    def _instruction(self, *_: object) -> None:
        self._refuse("has a processing instruction, which is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._nodes += 1 + len(attributes)
        if self._nodes > MAX_NODES:
            self._refuse(f"holds more than {MAX_NODES} elements and attributes")
        if len(self._open) == MAX_DEPTH:
            self._refuse(f"is nested deeper than {MAX_DEPTH} levels")
        if len(name) > MAX_NAME or any(len(each) > MAX_NAME for each in attributes):
            self._refuse(f"has a name of more than {MAX_NAME} characters")
        if any(len(value) > MAX_ATTRIBUTE for value in attributes.values()):
            self._refuse(f"has an attribute of more than {MAX_ATTRIBUTE} characters")
        namespace, _, local = name.rpartition(" ")
        if namespace == _INCLUDE:
            self._refuse("includes another document, which is not read")
        if not self._open:
            self._open.append(self._root(namespace, local, attributes))
            return
        parent = self._open[-1]
        inside = parent is not None and namespace == self._prefix
        self._open.append(parent.child(local, attributes) if inside and parent is not None else None)

    def _root(self, namespace: str, local: str, attributes: dict[str, str]) -> Branch:
        version = namespace.removeprefix(NAMESPACE)
        if local != "bom" or version not in self._versions or not namespace.startswith(NAMESPACE):
            refuse_foreign(foreign_xml(namespace, local))
        self.version, self._prefix = version, namespace
        return root_branch(version, attributes)

    def _end(self, _name: str) -> None:
        branch = self._open.pop()
        if branch is None:
            return
        if self._open:
            parent = self._open[-1]
            if parent is not None:
                parent.take(branch)
        else:
            self.tree = {"bomFormat": "CycloneDX", "specVersion": self.version} | branch.as_object()

    def _text(self, text: str) -> None:
        if self._open and (branch := self._open[-1]) is not None:
            branch.texts.append(text)
