"""Terraform: runtimes of functions, with variables and locals of the same file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from uplock.model.declaration import Declared
from uplock.uplift.scan.azure_functions import STACK, stack
from uplock.uplift.scan.declare import declared, exact
from uplock.uplift.scan.json_document import parse_json
from uplock.uplift.scan.managed import google, lambdas
from uplock.uplift.scan.source import Source
from uplock.uplift.scan.syntax_tree import line_of, parse, text_of
from uplock.uplift.scan.tree import Scalar, leaves
from uplock.uplift.scan.versions import read_version
from uplock.uplift.scan.yaml_walk import tables

if TYPE_CHECKING:
    from tree_sitter import Node

KIND: Final = "terraform"
AZURE: Final = "azure-functions"
"""Stacks of Azure are of one kind, whatever they are written in."""


def declarations(source: Source) -> Iterator[Declared]:
    """Yield what a configuration declares."""
    if source.name.endswith(".json"):
        for table in tables(parse_json(source.text)):
            for key, node in table.entries:
                yield from _attribute(source, key.text, list(leaves(node)), "")
        return
    root = parse("hcl", source.text)
    referred: set[str] = set()
    for block, attribute in _attributes(root, ""):
        name = text_of(attribute.named_children[0])
        value = attribute.named_children[-1]
        if name in _NAMES:
            referred |= {
                text_of(each)
                for each in (value, *_below(value, "expression"))
                if text_of(each).startswith(("var.", "local."))
            }
            yield from _attribute(source, name, list(_strings(value)), block)
    yield from _defaults(source, root, referred)


_NAMES = frozenset({"runtime", "compatible_runtimes", "python_version", "linux_fx_version"})


def _attribute(source: Source, name: str, scalars: list[Scalar], block: str) -> Iterator[Declared]:
    match name:
        case "runtime" | "compatible_runtimes":
            yield from lambdas(source, scalars, KIND)
            yield from google(source, scalars, KIND)
        case "linux_fx_version":
            yield from declared(
                source, [each for each in scalars if STACK.fullmatch(each.text)], AZURE, "run", read=stack
            )
        case "python_version" if block in {"application_stack", ""}:
            yield from declared(source, [each for each in scalars if read_version(each.text)], AZURE, "run", read=exact)
        case _:
            return


def _defaults(source: Source, root: Node, referred: set[str]) -> Iterator[Declared]:
    """Yield the values of variables and locals that an attribute of ours refers to."""
    for block in _below(root, "block"):
        words = [text_of(each).strip('"') for each in block.named_children if each.type in {"identifier", "string_lit"}]
        for attribute in (each for body in block.named_children if body.type == "body" for each in body.named_children):
            if attribute.type != "attribute":
                continue
            key = text_of(attribute.named_children[0])
            wanted = f"var.{words[1]}" if words[:1] == ["variable"] and len(words) > 1 and key == "default" else ""
            wanted = f"local.{key}" if words[:1] == ["locals"] else wanted
            if wanted in referred:
                yield from _attribute(source, "runtime", list(_strings(attribute.named_children[-1])), "")


def _attributes(node: Node, block: str) -> Iterator[tuple[str, Node]]:
    """Yield attributes with the type of the block that they stand in."""
    for child in node.named_children:
        if child.type == "attribute":
            yield block, child
        elif child.type == "block":
            name = text_of(child.named_children[0])
            yield from _attributes(child, name)
        elif child.type == "body":
            yield from _attributes(child, block)


def _strings(node: Node) -> Iterator[Scalar]:
    """Yield the strings of a literal or a list; text between documents' marks and with references is none."""
    for literal in _below(node, "string_lit"):
        inner = [each for each in literal.named_children if each.type == "template_literal"]
        if len(inner) == 1:
            yield Scalar(text=text_of(inner[0]), value=text_of(inner[0]), line=line_of(literal), quoted=True)


def _below(node: Node, kind: str) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == kind:
            yield child
        if child.type != "heredoc_template":
            yield from _below(child, kind)
