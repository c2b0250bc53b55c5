"""Builds a planner from its setting."""

from functools import lru_cache

from codirector.assistant.planner.model import ChatModel, EmbeddedModel
from codirector.assistant.planner.planner import Planner
from codirector.assistant.planner.tagger import Tagger
from codirector.errors import InputError
from codirector.prompts.enrich import Level


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """The project's tagger, loaded once a process. Raises InternalError where its weights are missing."""
    return Tagger()


def make_planner(setting: str = "embedded", enrich: Level = "off") -> Planner:
    """'rules' (no model), 'embedded' (rules and the tagger), 'smollm2' (also SmolLM2-135M in this process), or a name
    `init_chat_model` takes: 'openai:…', 'ollama:…'. Nothing is loaded until a message needs it. Raises InputError for a setting that is
    none of these."""
    name = setting.strip()
    if name == "rules":
        return Planner(enrich=enrich)
    if name in ("", "embedded"):
        return Planner(reader=tagger, enrich=enrich)
    if name == "smollm2":
        return Planner(EmbeddedModel(), reader=tagger, enrich=enrich)
    if ":" not in name:
        raise InputError(
            f"'{name}' is no planner.",
            "Use 'embedded', 'rules', 'smollm2', or a provider and a model such as 'ollama:llama3.2' or 'openai:gpt-4o-mini'.",
        )
    return Planner(ChatModel(name), enrich=enrich)
