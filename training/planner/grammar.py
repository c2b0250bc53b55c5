"""A small grammar language for phrasings, and its expansion into text with tagged spans. Pure, given a random generator.

`(a|b|)` one of several, nested as deep as wanted; `<name>` a rule, looked up when expanded; `{TAG:...}` a span to be tagged.
It does not know what the tags or rules mean.
"""

import random
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

Node = tuple
"""('lit', text) | ('rule', name) | ('alt', nodes) | ('seq', nodes) | ('tag', name, node)."""


class Piece(NamedTuple):
    """A stretch of expanded text; `tag` is '' outside of spans. Every tagged piece is one span."""

    text: str
    tag: str = ""


class GrammarError(ValueError):
    """A phrasing that cannot be parsed or names an unknown rule."""


@cache
def parse(pattern: str) -> Node:
    """The pattern as a tree. Raises GrammarError."""
    node, end = _sequence(pattern, 0, "")
    if end != len(pattern):
        raise GrammarError(f"unbalanced at {end}: {pattern}")
    return node


def _sequence(text: str, at: int, stops: str) -> tuple[Node, int]:
    nodes: list[Node] = []
    literal = ""
    while at < len(text) and text[at] not in stops:
        mark = text[at]
        if mark in "(<{":
            if literal:
                nodes.append(("lit", literal))
                literal = ""
            if mark == "<":
                end = text.index(">", at)
                nodes.append(("rule", text[at + 1 : end]))
                at = end + 1
            elif mark == "{":
                end = at + 1
                while text[end] not in ":}":
                    end += 1
                tag = text[at + 1 : end]
                if text[end] == "}":
                    nodes.append(("tag", tag, ("rule", f"default_{tag}")))
                    at = end + 1
                else:
                    inner, end = _sequence(text, end + 1, "}")
                    nodes.append(("tag", tag, inner))
                    at = end + 1
            else:
                options: list[Node] = []
                at += 1
                while True:
                    option, at = _sequence(text, at, "|)")
                    options.append(option)
                    if at >= len(text):
                        raise GrammarError(f"open bracket: {text}")
                    at += 1
                    if text[at - 1] == ")":
                        break
                nodes.append(("alt", tuple(options)))
        else:
            literal += mark
            at += 1
    if literal:
        nodes.append(("lit", literal))
    return ("seq", tuple(nodes)), at


def expand(node: Node, rules: Mapping[str, Callable[[], str]], rng: random.Random, tag: str = "") -> list[Piece]:
    """One random expansion. A rule's text is itself a pattern, so that it may hold alternatives and rules."""
    match node[0]:
        case "lit":
            return [Piece(node[1], tag)]
        case "rule":
            if node[1] not in rules:
                raise GrammarError(f"no rule <{node[1]}>")
            return expand(parse(rules[node[1]]()), rules, rng, tag)
        case "alt":
            return expand(rng.choice(node[1]), rules, rng, tag)
        case "tag":
            inner = expand(node[2], rules, rng)
            return [Piece("".join(piece.text for piece in inner), node[1])]
        case _:
            return [piece for part in node[1] for piece in expand(part, rules, rng, tag)]


def text_of(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)
