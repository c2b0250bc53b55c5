"""The library of this process, made from the settings: own notes, and a larger language model's wording where one is named."""

from codirector.assistant.settings import Settings
from codirector.knowledge.answer import Writer, extract
from codirector.knowledge.library import Library
from codirector.knowledge.vectors import Progress


def make_library(settings: Settings, progress: Progress | None = None) -> Library:
    """Reads nothing yet. Raises InputError for a folder of notes that cannot be used."""
    return Library(settings.home / "cache", (settings.notes,) if settings.notes else (), _writer(settings.planner), progress)


def _writer(planner: str) -> Writer:
    """The embedded models are too small to be trusted with prose: their answers are the passages' own sentences."""
    if ":" not in planner:
        return extract
    from codirector.assistant.planner.model import ChatModel
    from codirector.assistant.planner.writer import writer

    return writer(ChatModel(planner))
