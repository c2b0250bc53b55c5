"""Where undo, redo and go-to lead, as pure functions over the tree of turns. Knows no database and no session.

Undo goes to the parent of the nearest turn that had an effect: talk, questions, failures and interruptions are passed over. Redo is its
exact inverse: one step forward again on the line towards `ahead`, the place the person had gone back from. A new turn with an effect
forgets `ahead`; a question in between does not.
"""

from collections.abc import Mapping
from typing import NamedTuple

from codirector.errors import InputError, RefusedChange, UnknownName


class Node(NamedTuple):
    """A turn as far as finding the way is concerned. `number` is its distance from the start (the first turn is 1)."""

    id: str
    parent: str | None
    number: int
    effect: bool


Tree = Mapping[str, Node]


class Step(NamedTuple):
    """Where to go, what is ahead from there, and the turns with an effect that are taken back or done again (in that order)."""

    target: str | None
    ahead: str | None
    turns: tuple[Node, ...]


def line(tree: Tree, tip: str | None) -> list[Node]:
    """The turns from the first to `tip`, both included; empty for the empty session."""
    nodes: list[Node] = []
    while tip is not None:
        node = tree[tip]
        nodes.append(node)
        tip = node.parent
    return nodes[::-1]


def forward(tree: Tree, tip: str | None, ahead: str | None) -> list[Node]:
    """The turns on the way to `ahead` that are not on the way to `tip`, oldest first."""
    behind = {node.id for node in line(tree, tip)}
    return [node for node in line(tree, ahead) if node.id not in behind]


def undo(tree: Tree, tip: str | None, ahead: str | None, steps: int = 1) -> Step:
    """`steps` effects back. Raises RefusedChange when there are fewer."""
    _at_least_one(steps)
    effects = [node for node in reversed(line(tree, tip)) if node.effect]
    if not effects:
        raise RefusedChange("Nothing to undo.", "This is where the session begins.")
    if steps > len(effects):
        raise RefusedChange(f"There is only {_steps(len(effects))} to undo.", f"Say “undo {len(effects)}” to go back to the start.")
    target = effects[steps - 1].parent
    return Step(target, still_ahead(tree, target, ahead or tip), tuple(effects[:steps]))


def redo(tree: Tree, tip: str | None, ahead: str | None, steps: int = 1) -> Step:
    """`steps` effects forward again, and the talk that followed them. Raises RefusedChange when there are fewer."""
    _at_least_one(steps)
    nodes = forward(tree, tip, ahead)
    effects = [index for index, node in enumerate(nodes) if node.effect]
    if not effects:
        raise RefusedChange("Nothing to redo.", "Redo brings back what undo took away, until something new is made.")
    if steps > len(effects):
        raise RefusedChange(f"There is only {_steps(len(effects))} to redo.", f"Say “redo {len(effects)}”.")
    end = effects[steps] if steps < len(effects) else len(nodes)
    target = nodes[end - 1].id
    return Step(target, still_ahead(tree, target, ahead), tuple(nodes[index] for index in effects[:steps]))


def goto(tree: Tree, tip: str | None, ahead: str | None, target: str | None) -> Step:
    """A jump to `target` (None: the empty start). Going back leaves the way forward open for redo, any other jump closes it."""
    furthest = ahead or tip
    on_line = target is None or any(node.id == target for node in line(tree, furthest))
    return Step(target, still_ahead(tree, target, furthest) if on_line else None, ())


def still_ahead(tree: Tree, tip: str | None, ahead: str | None) -> str | None:
    """`ahead`, if something with an effect lies between `tip` and it; else None."""
    return ahead if any(node.effect for node in forward(tree, tip, ahead)) else None


def by_number(tree: Tree, visited: list[str], number: int) -> str | None:
    """The turn with that number on the line the person is on, or else on the line they were on last. `visited` are the tips of the
    thread, newest first. 0 is the empty start (None). Raises UnknownName."""
    if number == 0:
        return None
    for tip in visited:
        if number <= tree[tip].number:
            return line(tree, tip)[number - 1].id
    most = max((tree[tip].number for tip in visited), default=0)
    raise UnknownName(f"There is no turn {number} here.", f"The turns are numbered 1 to {most}." if most else "Nothing was made yet.")


def by_prefix(tree: Tree, prefix: str) -> str:
    """The one turn whose id begins with `prefix` (4 hex digits or more). Raises UnknownName, InputError when it fits several."""
    wanted = prefix.strip().lower()
    if len(wanted) < 4:
        raise InputError("A turn's id needs at least its first four digits.", "Or name the turn by its number.")
    found = [turn for turn in tree if turn.startswith(wanted)]
    if not found:
        raise UnknownName(f"No turn's id begins with {wanted[:64]}.", "Name the turn by its number.")
    if len(found) > 1:
        some = ", ".join(sorted(turn[:12] for turn in found)[:5])
        raise InputError(f"{len(found)} turns' ids begin with {wanted}.", f"Give more digits: {some}.")
    return found[0]


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _at_least_one(steps: int) -> None:
    if steps < 1:
        raise InputError(f"{steps} steps cannot be taken.", "Give a number from 1.")
