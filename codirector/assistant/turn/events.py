"""What a turn says while it goes on, and the reply it ends with. The terminal, the web page and the JSON line show these.

They do not know who listens; a job keeps them, so that a listener may come late and start from the beginning.
"""

from typing import Literal

from pydantic import Field

from codirector.assistant.plan import Action, Plan, Wish
from codirector.assistant.session.record import ArtifactRef, Check, Outcome
from codirector.prompts.change import Change
from codirector.prompts.scene import Scene
from codirector.tools.events import Preview, Progress
from codirector.values import Sha256, Value


class Attachment(Value):
    """An uploaded file as it came: its name proves nothing, the content is what counts."""

    name: str
    data: bytes = Field(repr=False)


class Queued(Value):
    """`position` others are before this turn (0: it begins now)."""

    kind: Literal["queued"] = "queued"
    position: int = Field(ge=0)


class Understood(Value):
    """The plan, and the scene as it will be after the turn. `source` says who understood: 'syntax', 'rules' or 'model'."""

    kind: Literal["understood"] = "understood"
    plan: Plan
    source: str = ""
    change: Change | None = None
    later: tuple[Wish, ...] = ()
    scene: Scene | None = None
    diff: tuple[str, ...] = ()
    seconds: float = 0.0


class Working(Value):
    kind: Literal["working"] = "working"
    progress: Progress


class Previewed(Value):
    kind: Literal["previewed"] = "previewed"
    preview: Preview


class Reply(Value):
    """What the person reads. `text` is Markdown; `suggestions` are whole messages, offered as buttons; `alt` describes the
    picture for those who do not see it; `variants` are a comparison's single pictures, in the order of its sheet."""

    text: str
    pictures: tuple[ArtifactRef, ...] = ()
    variants: tuple[ArtifactRef, ...] = ()
    alt: str = ""
    scene: Scene | None = None
    diff: tuple[str, ...] = ()
    later: tuple[Wish, ...] = ()
    suggestions: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    outcome: Outcome = "done"
    error: str = ""


class Finished(Value):
    """The end of a turn, good or bad. `id` is the tip after it (the stored turn, or where a move led); `number` is its number."""

    kind: Literal["finished"] = "finished"
    action: Action
    id: Sha256 | None
    parent: Sha256 | None
    number: int
    message: str
    change: Change | None = None
    prompt: str = ""
    negative: str = ""
    tool: str = ""
    reply: Reply
    seconds: dict[str, float] = {}
    error_kind: str = ""


TurnEvent = Queued | Understood | Working | Previewed | Finished
