"""Circles: waivers that take the place of one another, found in time that is linear in what they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def in_circles(graph: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the nodes that a way leads from back to themselves, whatever the order of nodes and edges.

    These are the strongly connected components of more than one node (Tarjan), and the nodes that name themselves.
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_nodes: list[str] = []
    is_open: set[str] = set()
    found = {node for node, others in graph.items() if node in others}
    for start in graph:
        way: list[tuple[str, Iterator[str]]] = [] if start in number else [(start, iter(graph[start]))]
        while way:
            node, others = way[-1]
            if node not in number:
                number[node] = lowest[node] = len(number)
                open_nodes.append(node)
                is_open.add(node)
            for other in others:
                if other in graph and other not in number:
                    way.append((other, iter(graph[other])))
                    break
                if other in is_open:
                    lowest[node] = min(lowest[node], number[other])
            else:
                way.pop()
                if way:
                    before = way[-1][0]
                    lowest[before] = min(lowest[before], lowest[node])
                if lowest[node] == number[node]:
                    component = open_nodes[open_nodes.index(node) :]
                    del open_nodes[-len(component) :]
                    is_open.difference_update(component)
                    found.update(component if len(component) > 1 else ())
    return frozenset(found)
