"""`Plan`: what the planner understood, as a discriminated union on `action`. A `Refine` holds exactly one `Change`;
whatever else the message wished for stands in `later`, in the order it was said.

It does not know how a plan came about (rules or a language model) nor how it is carried out (see `turn`).
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from codirector.prompts.change import Change
from codirector.prompts.scene import Motion, Scene
from codirector.tools.film.values import Transition
from codirector.values import Sha256, Text, Value, Word


class Wish(Value):
    """A wish kept for a later turn: the person's own words, and the change they mean where that is already certain."""

    text: Text
    change: Change | None = None


class Create(Value):
    """A new picture from a whole scene. The seed is chosen when the plan is applied, unless the scene names one."""

    action: Literal["create"] = "create"
    scene: Scene
    later: tuple[Wish, ...] = ()


class Refine(Value):
    """One change to the current scene. `taken`: the change is a wish kept earlier, and `later` is the whole rest of those."""

    action: Literal["refine"] = "refine"
    change: Change
    later: tuple[Wish, ...] = ()
    taken: bool = False


class Undo(Value):
    """`later`: what the same message wished for afterwards."""

    action: Literal["undo"] = "undo"
    steps: int = Field(default=1, ge=1, le=1000)
    later: tuple[Wish, ...] = ()


class Redo(Value):
    action: Literal["redo"] = "redo"
    steps: int = Field(default=1, ge=1, le=1000)
    later: tuple[Wish, ...] = ()


class GoTo(Value):
    """`turn` is the number the person sees (1 is the first picture of the thread), or `branch` names another branch."""

    action: Literal["goto"] = "goto"
    turn: int | None = Field(default=None, ge=0)
    branch: Text = ""
    later: tuple[Wish, ...] = ()


class Branch(Value):
    """A new branch with the same tip; an empty name lets the session choose one."""

    action: Literal["branch"] = "branch"
    name: Text = ""
    later: tuple[Wish, ...] = ()


class Compare(Value):
    """The current scene over several values of one or more axes. All empty: over the models present."""

    action: Literal["compare"] = "compare"
    models: tuple[Word, ...] = ()
    styles: tuple[Word, ...] = ()
    steps: tuple[int, ...] = ()
    guidances: tuple[float, ...] = ()
    samplers: tuple[Word, ...] = ()
    later: tuple[Wish, ...] = ()


class Animate(Value):
    action: Literal["animate"] = "animate"
    motion: Motion
    later: tuple[Wish, ...] = ()


class Read(Value):
    """A question about the current or an attached picture; `how` asks how the model read it."""

    action: Literal["read"] = "read"
    question: Text = ""
    how: bool = False


class Ask(Value):
    """A question about generative visuals in general."""

    action: Literal["ask"] = "ask"
    question: Text


class Clarify(Value):
    """Two readings differ in result: one short question with its answers. Each option is a message that can be sent."""

    action: Literal["clarify"] = "clarify"
    question: Word
    options: tuple[Word, ...] = Field(min_length=1, max_length=4)


class Talk(Value):
    action: Literal["talk"] = "talk"
    reply: Text


class Save(Value):
    """Write the current picture to a file the person can find; an empty name lets the session choose one."""

    action: Literal["save"] = "save"
    name: Text = ""
    later: tuple[Wish, ...] = ()


class StoryShot(Value):
    """A shot of a storyboard: the branch on which it is refined alone, what it shows and how it moves, and how it follows the one
    before. `picture`: its still, where it has one already."""

    thread: Word
    scene: Scene
    caption: Text = ""
    transition: Transition = Transition()
    picture: Sha256 | None = None


class Storyboard(Value):
    """A film of several shots, every one on a branch of its own. A change of the order, a caption or a transition gives a whole new one.
    `sound` is a sound track by its hash; with `beats` the film is cut on its beats."""

    action: Literal["storyboard"] = "storyboard"
    title: Word
    shots: tuple[StoryShot, ...] = Field(min_length=1, max_length=60)
    captions: bool = True
    sound: Sha256 | None = None
    beats: bool = False


class Course(Value):
    """How a lesson or quiz stands after a turn. `asked` are ids of questions, the last one `open` until it is answered; `level` 1 to 3 is
    how hard the next one is; `streak` counts right answers since the level last changed."""

    kind: Literal["lesson", "quiz"]
    topic: Text = ""
    length: int = Field(ge=1, le=50)
    asked: tuple[Word, ...] = ()
    open: Text = ""
    right: int = Field(default=0, ge=0)
    missed: tuple[Word, ...] = ()
    level: int = Field(default=1, ge=1, le=3)
    streak: int = Field(default=0, ge=0)


class Teach(Value):
    """Teaching in the chat. `text` is the subject, the pasted notes or the answer; `audience` whom to explain for. `course` is where the
    lesson or quiz stands after the turn: the session's turns are what remembers it."""

    action: Literal["teach"] = "teach"
    what: Literal["lesson", "quiz", "answer", "stop", "explain", "summary", "diagram", "walk"]
    text: str = Field(default="", max_length=10_000)
    audience: Literal["", "new", "engineer"] = ""
    course: Course | None = None


Plan = Annotated[
    Create | Refine | Undo | Redo | GoTo | Branch | Compare | Animate | Read | Ask | Clarify | Talk | Save | Storyboard | Teach,
    Field(discriminator="action"),
]  # fmt: skip
PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
Action = Literal[
    "create", "refine", "undo", "redo", "goto", "branch", "compare", "animate", "read", "ask", "clarify", "talk", "save", "storyboard",
    "teach",
]  # fmt: skip
