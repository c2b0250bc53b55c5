"""Vision-language models through transformers: BLIP, Florence-2, and chat models that take pictures (SmolVLM, Qwen-VL, LLaVA and their
like), from a folder or the local hub cache.

Each is one `Speaker`: picture and question in, words out, with how sure the model was of them: the geometric mean of its words'
probabilities, as it says them, not calibrated. Nothing is downloaded. None of the published checkpoints was at hand when this was
written; it runs with small models of their classes.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from codirector.errors import DoesNotFit, InputError, UnknownName, Unsupported
from codirector.tools.device import free_on, human_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

TOKENS = 96
"""The most an answer may have."""
_CAPTION = "Describe this picture in one sentence."
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")


class Heard(NamedTuple):
    """What a model said, and how sure it was, 0..1."""

    text: str
    sure: float


class Speaker(Protocol):
    """A loaded model. Not for two threads at once."""

    def say(self, picture: Image, question: str) -> Heard:
        """A caption where `question` is empty. `picture` is RGB. Raises Unsupported for a question it takes none of."""
        ...


class Found(NamedTuple):
    """A checkpoint that is here, and the class that its configuration names."""

    name: str
    path: Path
    architecture: str
    revision: str = ""

    @property
    def stored_bytes(self) -> int:
        return sum(file.stat().st_size for pattern in _WEIGHTS for file in self.path.glob(pattern))


def find_reader(name: str) -> Found:
    """The vision-language model behind a folder or a hub id in the local cache. Raises UnknownName, saying how to get it."""
    path, revision = Path(name).expanduser(), ""
    if not path.is_dir():
        if name.count("/") != 1 or name.startswith((".", "/", "~")):
            raise UnknownName(
                f"There is no reader called '{name}'.",
                "A reader is a folder or a hub id, for example 'HuggingFaceTB/SmolVLM-256M-Instruct'.",
            )
        path = _cached(name)
        revision = path.name
    config = {}
    with contextlib.suppress(OSError, ValueError):
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    architecture = next(iter(config.get("architectures") or ()), "") if isinstance(config, dict) else ""
    if not _speaks(architecture):
        raise UnknownName(
            f"{name} is no model that reads pictures.", f"It is {architecture or 'unknown'}; BLIP, Florence-2, SmolVLM and Qwen-VL can."
        )
    return Found(name, path, architecture, revision)


def _cached(name: str) -> Path:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(name, "config.json")
    except HFValidationError as error:
        raise UnknownName(f"'{name}' is not a model's name.", "A hub id looks like 'Qwen/Qwen2-VL-2B-Instruct'.") from error
    if not isinstance(found, str):
        raise UnknownName(
            f"The model {name} is not on this machine.",
            f"With a network, get it once with: hf download {name}. After that it works offline.",
        )
    return Path(found).parent


def _speaks(architecture: str) -> bool:
    if architecture in ("BlipForConditionalGeneration", "BlipForQuestionAnswering", "Florence2ForConditionalGeneration"):
        return True
    from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES as KNOWN

    named = {name for value in KNOWN.values() for name in ((value,) if isinstance(value, str) else value)}
    return architecture in named and not architecture.startswith(("Blip", "Kosmos", "Pix2Struct", "VisionEncoderDecoder", "Git"))


def load_reader_model(found: Found, device: str = "cpu") -> Speaker:
    """Raises DoesNotFit before anything is read, InputError where its files are damaged or a package is missing."""
    # Weights are computed with in the precision they are stored in, float32 on a CPU at most twice that.
    needs = round(found.stored_bytes * (2.2 if device == "cpu" else 1.2))
    if needs > free_on(device):
        raise DoesNotFit(
            f"{found.name} needs about {human_bytes(needs)}, and {human_bytes(free_on(device))} are free.",
            "Choose a smaller one, for example HuggingFaceTB/SmolVLM-256M-Instruct, or leave the reader out.",
        )
    kinds = {"Blip": _Blip, "Florence2": _Florence, "Qwen": _Qwen, "SmolVLM": _SmolVLM}
    kind = next((kind for start, kind in kinds.items() if found.architecture.startswith(start)), _Chat)
    try:
        return kind(found, device)
    except (OSError, ValueError, ImportError, KeyError, AttributeError) as error:
        raise InputError(f"The reader {found.name} cannot be loaded: {str(error).splitlines()[0]}", "Get its files again.") from error


class _Model:
    """The model of the class its configuration names, and its processor."""

    def __init__(self, found: Found, device: str) -> None:
        import torch
        import transformers

        self.device = device
        made: Any = getattr(transformers, found.architecture)
        dtype = torch.float32 if device == "cpu" else "auto"
        self.model: Any = made.from_pretrained(found.path, local_files_only=True, dtype=dtype).to(device).eval()
        self.processor: Any = self.load_processor(found)

    def load_processor(self, found: Found) -> Any:
        from transformers import AutoProcessor

        return AutoProcessor.from_pretrained(found.path, local_files_only=True)

    def generate(self, inputs: Any, skip: int = 0) -> tuple[Any, float]:
        """-> tokens after the first `skip`, and how sure."""
        import torch

        inputs = {name: self._placed(value) for name, value in inputs.items()}
        with torch.inference_mode():
            made = self.model.generate(
                **inputs, max_new_tokens=TOKENS, do_sample=False, num_beams=1, output_scores=True, return_dict_in_generate=True
            )
            logs = self.model.compute_transition_scores(made.sequences, made.scores, normalize_logits=True)[0]
        said = logs[torch.isfinite(logs)]
        return made.sequences[0, skip:], math.exp(float(said.mean())) if len(said) else 0.0

    def _placed(self, value: Any) -> Any:
        moved = value.to(self.device)
        return moved.to(self.model.dtype) if moved.is_floating_point() else moved

    def words(self, tokens: Any) -> str:
        return self.processor.decode(tokens, skip_special_tokens=True).strip()


class _Blip(_Model):
    """BLIP (Li et al. 2022): one checkpoint captions, another answers."""

    def say(self, picture: Image, question: str) -> Heard:
        answers = type(self.model).__name__.endswith("QuestionAnswering")
        if question and not answers:
            raise Unsupported("This BLIP writes captions only.", "For questions: Salesforce/blip-vqa-base.")
        if answers:
            inputs = self.processor(images=picture, text=question or "what is in the picture?", return_tensors="pt")
        else:
            inputs = self.processor(images=picture, return_tensors="pt")
        tokens, sure = self.generate(inputs)
        return Heard(self.words(tokens), sure)


class _Florence(_Model):
    """Florence-2 (Xiao et al. 2023): tasks instead of questions; it captions, and answers only where it was tuned to."""

    def say(self, picture: Image, question: str) -> Heard:
        task = "<VQA>" if question else "<MORE_DETAILED_CAPTION>"
        inputs = self.processor(images=picture, text=task + question, return_tensors="pt")
        tokens, sure = self.generate(inputs)
        text = self.processor.decode(tokens, skip_special_tokens=False)
        return Heard(re.sub(r"</?s>|<pad>", "", text).strip(), sure)


class _Chat(_Model):
    """Models that are talked to, with a picture in the message."""

    def say(self, picture: Image, question: str) -> Heard:
        content = [{"type": "image"}, {"type": "text", "text": question or _CAPTION}]
        text = self.processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False)
        inputs = self.inputs(text, picture)
        tokens, sure = self.generate(inputs, skip=inputs["input_ids"].shape[1])
        return Heard(self.words(tokens), sure)

    def inputs(self, text: str, picture: Image) -> Any:
        return self.processor(text=[text], images=[picture], return_tensors="pt")


class _SmolVLM(_Chat):
    """SmolVLM2. Its own processor also takes films, for which it wants torchvision; for pictures it is Idefics3's."""

    def load_processor(self, found: Found) -> Any:
        from transformers import AutoImageProcessor, AutoTokenizer, Idefics3Processor

        kept = {}
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads((found.path / "processor_config.json").read_text(encoding="utf-8"))
        tokenizer = AutoTokenizer.from_pretrained(found.path, local_files_only=True)
        pictures = AutoImageProcessor.from_pretrained(found.path, local_files_only=True, backend="pil")
        return Idefics3Processor(pictures, tokenizer, image_seq_len=kept.get("image_seq_len", 64), chat_template=tokenizer.chat_template)


class _Qwen(_Chat):
    """Qwen-VL. Its processor also takes films, for which it wants torchvision; so its two halves are put together here: one image
    token for each merged patch."""

    def load_processor(self, found: Found) -> Any:
        from transformers import AutoImageProcessor, AutoTokenizer

        self.pictures: Any = AutoImageProcessor.from_pretrained(found.path, local_files_only=True, backend="pil")
        return AutoTokenizer.from_pretrained(found.path, local_files_only=True)

    def inputs(self, text: str, picture: Image) -> Any:
        import torch

        seen = self.pictures(images=[picture], return_tensors="pt")
        number = int(seen["image_grid_thw"][0].prod()) // self.pictures.merge_size**2
        words = self.processor([text.replace("<|image_pad|>", "<|image_pad|>" * number)], return_tensors="pt")
        kinds = (words["input_ids"] == self.model.config.image_token_id).to(torch.int32)
        return {**seen, "input_ids": words["input_ids"], "attention_mask": words["attention_mask"], "mm_token_type_ids": kinds}
