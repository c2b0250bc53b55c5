"""The turn as a graph: arrive, understand, then apply and draw, or move, or answer; then commit. One graph run is one turn.

The session store, not a graph checkpointer, remembers: a turn is written once, when it is over.
"""

from collections.abc import Callable

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from codirector.assistant.turn import nodes
from codirector.assistant.turn.comparing import draw_comparison
from codirector.assistant.turn.events import Finished
from codirector.assistant.turn.shots import draw_story
from codirector.assistant.turn.state import Tools, TurnState
from codirector.errors import CodirectorError

Node = Callable[[TurnState, Tools], TurnState]


def build():
    """The compiled graph; thread-safe, made once."""
    graph = StateGraph(TurnState, context_schema=Tools)
    graph.add_node("arrive", _plain(nodes.arrive))
    graph.add_node("understand", _caught(nodes.understand))
    graph.add_node("draw", _caught(draw))
    graph.add_node("move", _caught(nodes.move))
    graph.add_node("answer", _caught(nodes.answer))
    graph.add_node("compare", _caught(draw_comparison))
    graph.add_node("storyboard", _caught(draw_story))
    graph.add_node("commit", _plain(nodes.commit))
    graph.add_edge(START, "arrive")
    graph.add_edge("arrive", "understand")
    graph.add_conditional_edges("understand", _route, ["draw", "move", "answer", "compare", "storyboard", "commit"])
    graph.add_conditional_edges("move", lambda state: "commit" if state.get("error") else END, ["commit", END])
    graph.add_edge("draw", "commit")
    graph.add_edge("answer", "commit")
    graph.add_edge("compare", "commit")
    graph.add_edge("storyboard", "commit")
    graph.add_edge("commit", END)
    return graph.compile()


def draw(state: TurnState, tools: Tools) -> TurnState:
    """Applies the plan and makes its picture: one node, as a step of the graph costs half a millisecond."""
    applied = nodes.apply_plan(state, tools)
    return {**applied, **nodes.draw({**state, **applied}, tools)}


def run_turn(graph, state: TurnState, tools: Tools) -> Finished:
    """One turn from message to reply. Raises InputError for a message that is none, and InternalError where the store failed."""
    return graph.invoke(state, context=tools)["finished"]


def _route(state: TurnState) -> str:
    if state.get("error"):
        return "commit"
    match state["planned"].plan.action:
        case "create" | "refine" | "animate":
            return "draw"
        case "undo" | "redo" | "goto" | "branch":
            return "move"
        case "compare" | "storyboard":
            return state["planned"].plan.action
        case _:
            return "answer"


def _plain(node: Node):
    def run(state: TurnState, runtime: Runtime[Tools]) -> TurnState:
        return node(state, runtime.context)

    return run


def _caught(node: Node):
    """An error worded for a person ends in the committed turn; anything else is a fault of ours and is raised."""

    def run(state: TurnState, runtime: Runtime[Tools]) -> TurnState:
        began = runtime.context.clock()
        try:
            return node(state, runtime.context)
        except CodirectorError as error:
            stage = {"understand": "plan", "draw": "render", "draw_comparison": "render", "draw_story": "render"}.get(node.__name__)
            spent = {stage: runtime.context.clock() - began} if stage else {}
            return {"error": error, "seconds": state.get("seconds", {}) | spent}

    return run
