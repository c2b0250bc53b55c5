"""Builds a planner from its setting."""

from codirector.assistant.planner.model import ChatModel, EmbeddedModel
from codirector.assistant.planner.planner import Planner
from codirector.errors import InputError


def make_planner(setting: str = "embedded") -> Planner:
    """'rules' (no model), 'embedded' (SmolLM2-135M in this process), or a name `init_chat_model` takes: 'openai:…', 'ollama:…'.
    Nothing is loaded until a message needs it. Raises InputError for a setting that is none of these."""
    name = setting.strip()
    if name == "rules":
        return Planner()
    if name in ("", "embedded"):
        return Planner(EmbeddedModel())
    if ":" not in name:
        raise InputError(
            f"'{name}' is no planner.",
            "Use 'embedded', 'rules', or a provider and a model such as 'ollama:llama3.2' or 'openai:gpt-4o-mini'.",
        )
    return Planner(ChatModel(name))
