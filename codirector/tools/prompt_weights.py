"""Prompt spans to text embeddings, with each span's weight reaching the model.

Weighting follows AUTOMATIC1111's web UI (wiki, "Attention/emphasis"): the text is encoded once as a whole, then the output
vectors of a span's tokens are multiplied by its weight, and the whole is brought back to its former size. One thing differs:
A1111 restores the *mean* of all numbers; here their *root mean square* is restored. The mean of a layer-normalised output is
close to zero (for MiniLM it is zero to three digits), so a ratio of means can blow up or flip the sign; for CLIP at weights
0.5 to 1.5 both give the same factor within a few percent. A span of weight 0 is left out of the text altogether: a vector
of zeros would still leave its word in the context of all others.

With all weights 1 the result is bit for bit what the pipeline's own `encode_prompt` gives. Text beyond the encoder's limit
goes into further chunks, each encoded on its own and put behind the first, as A1111 does; a standalone BREAK begins a chunk.
This module does not know where spans come from.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codirector.values import Span

if TYPE_CHECKING:
    import torch

COMMA_REACH = 20
"""A chunk ends at a comma where one stands within this many tokens of its end (A1111's default)."""


@dataclass(frozen=True)
class Chunk:
    """Token ids of one encoder call, special tokens and padding included; a weight each; `used` of them are not padding."""

    ids: tuple[int, ...]
    weights: tuple[float, ...]
    used: int


@dataclass(frozen=True)
class PromptEmbeds:
    """Text embeddings (1, tokens, width) and, for SDXL, pooled ones (1, width). `negative` is None where nothing guides.
    `tokens` counts the prompt's tokens, `chunks` its chunks."""

    prompt: "torch.Tensor"
    negative: "torch.Tensor | None"
    pooled: "torch.Tensor | None" = None
    negative_pooled: "torch.Tensor | None" = None
    tokens: int = 0
    chunks: int = 1

    def arguments(self) -> dict[str, Any]:
        """As keyword arguments of a Stable Diffusion pipeline."""
        named = {
            "prompt_embeds": self.prompt,
            "negative_prompt_embeds": self.negative,
            "pooled_prompt_embeds": self.pooled,
            "negative_pooled_prompt_embeds": self.negative_pooled,
        }
        return {name: value for name, value in named.items() if value is not None}


def split_at_breaks(spans: tuple[Span, ...]) -> list[list[Span]]:
    """Groups of spans between standalone BREAKs; spans of weight 0 left out."""
    groups: list[list[Span]] = [[]]
    for span in spans:
        if span.weight == 0:
            continue
        pieces = re.split(r"\s*\bBREAK\b\s*", span.text)
        for number, piece in enumerate(pieces):
            if number:
                groups.append([])
            if piece:
                groups[-1].append(Span.model_construct(text=piece, weight=span.weight))
    return groups if len(groups) == 1 else [group for group in groups if group] or [[]]


def tokenize(tokenizer: Any, spans: tuple[Span, ...]) -> list[Chunk]:
    """Chunks of `tokenizer.model_max_length` tokens. A token belongs to the span its first character lies in."""
    chunks: list[Chunk] = []
    for group in split_at_breaks(spans):
        chunks += _tokenize_group(tokenizer, group)
    return chunks


def _tokenize_group(tokenizer: Any, group: list[Span]) -> list[Chunk]:
    text = "".join(span.text for span in group)
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False)
    ids, offsets = list(encoded["input_ids"]), list(encoded["offset_mapping"])
    ends, total = [], 0
    for span in group:
        total += len(span.text)
        ends.append(total)
    weights = []
    for start, stop in offsets:
        # A byte-level tokenizer may give a word together with the blank before it; the word decides.
        first = next((place for place in range(start, stop) if not text[place].isspace()), start)
        weights.append(next((span.weight for span, end in zip(group, ends, strict=True) if first < end), 1.0))
    before, after = _special_tokens(tokenizer)
    room = tokenizer.model_max_length - len(before) - len(after)
    chunks = []
    while True:
        cut = _cut(text, offsets, room)
        chunks.append(_chunk(tokenizer, ids[:cut], weights[:cut], before, after))
        ids, weights, offsets = ids[cut:], weights[cut:], offsets[cut:]
        if not ids:
            return chunks


def _cut(text: str, offsets: list[tuple[int, int]], room: int) -> int:
    if len(offsets) <= room:
        return len(offsets)
    for place in range(room, max(room - COMMA_REACH, 1), -1):
        start, stop = offsets[place - 1]
        if text[start:stop].strip() == ",":
            return place
    return room


def _special_tokens(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Ids put before and after a text, e.g. [BOS] and [EOS]; found by asking for an empty text."""
    ids = list(tokenizer("").input_ids)
    return (ids[:1], ids[1:2]) if len(ids) >= 2 else ([], ids)


def _chunk(tokenizer: Any, ids: list[int], weights: list[float], before: list[int], after: list[int]) -> Chunk:
    whole = [*before, *ids, *after]
    padding = tokenizer.model_max_length - len(whole)
    scales = [1.0] * len(before) + weights + [1.0] * (len(after) + padding)
    return Chunk(tuple(whole + [tokenizer.pad_token_id] * padding), tuple(scales), len(whole))


def encode_prompt(pipeline: Any, spans: tuple[Span, ...], negative: tuple[Span, ...], guided: bool) -> PromptEmbeds:
    """Embeddings for a Stable Diffusion or SDXL pipeline (any pipeline whose `text_encoder` turns one chunk of tokens into
    one sequence). `guided`: classifier-free guidance is on, so the negative prompt is needed, even if it is empty."""
    import torch

    encoders = [
        (tokenizer, encoder)
        for tokenizer, encoder in (
            (getattr(pipeline, "tokenizer", None), getattr(pipeline, "text_encoder", None)),
            (getattr(pipeline, "tokenizer_2", None), getattr(pipeline, "text_encoder_2", None)),
        )
        if encoder is not None
    ]
    penultimate = hasattr(pipeline, "text_encoder_2")
    zero_negative = penultimate and not negative and getattr(pipeline.config, "force_zeros_for_empty_prompt", False)
    sides: list[tuple[list[torch.Tensor], list[torch.Tensor]]] = [([], []), ([], [])]
    tokens = chunks = 0
    with torch.no_grad():
        for tokenizer, encoder in encoders:
            prompt_chunks, negative_chunks = tokenize(tokenizer, spans), tokenize(tokenizer, negative)
            tokens, chunks = sum(chunk.used - 2 for chunk in prompt_chunks), len(prompt_chunks)
            count = max(len(prompt_chunks), len(negative_chunks)) if guided else len(prompt_chunks)
            empty = tokenize(tokenizer, ())[0]
            for (sequences, pools), own in zip(sides, (prompt_chunks, negative_chunks) if guided else (prompt_chunks,), strict=False):
                sequence, pooled = _encode_chunks(encoder, own + [empty] * (count - len(own)), penultimate)
                sequences.append(sequence)
                if pooled is not None:
                    pools.append(pooled)
        dtype = encoders[-1][1].dtype
        prompt = torch.cat(sides[0][0], dim=-1).to(dtype)
        pooled = sides[0][1][-1] if sides[0][1] else None
        if not guided:
            return PromptEmbeds(prompt, None, pooled, None, tokens, chunks)
        if zero_negative:
            return PromptEmbeds(
                prompt, torch.zeros_like(prompt), pooled, None if pooled is None else torch.zeros_like(pooled), tokens, chunks
            )
        negative_embeds = torch.cat(sides[1][0], dim=-1).to(dtype)
        return PromptEmbeds(prompt, negative_embeds, pooled, sides[1][1][-1] if sides[1][1] else None, tokens, chunks)


def _encode_chunks(encoder: Any, chunks: list[Chunk], penultimate: bool) -> "tuple[torch.Tensor, torch.Tensor | None]":
    """((1, tokens, width), pooled of the first chunk (1, width) or None). One call a chunk: a batch could change last bits."""
    import torch

    sequences, pools = [], []
    for chunk in chunks:
        ids = torch.tensor([chunk.ids], device=encoder.device)
        if penultimate:
            output = encoder(ids, output_hidden_states=True)
            pools.append(output[0] if output[0].ndim == 2 else None)
            sequence = output.hidden_states[-2]
        else:
            sequence = encoder(ids, attention_mask=_attention_mask(encoder, chunk))[0]
        sequences.append(weigh(sequence, chunk.weights))
    return torch.cat(sequences, dim=1) if len(sequences) > 1 else sequences[0], pools[0] if pools else None


def _attention_mask(encoder: Any, chunk: Chunk) -> "torch.Tensor | None":
    """The mask the pipeline itself would give: only encoders whose configuration asks for it get one."""
    import torch

    if not getattr(encoder.config, "use_attention_mask", False):
        return None
    return torch.tensor([[1] * chunk.used + [0] * (len(chunk.ids) - chunk.used)], device=encoder.device)


def weigh(sequence: "torch.Tensor", weights: tuple[float, ...]) -> "torch.Tensor":
    """`sequence` (1, tokens, width) with each token's vector times its weight and the former root mean square; untouched
    where all weights are 1."""
    import torch

    if all(weight == 1.0 for weight in weights):
        return sequence
    values = sequence.float()
    scaled = values * torch.tensor(weights, device=sequence.device)[None, :, None]
    size = scaled.pow(2).mean().sqrt()
    if float(size) == 0.0:
        return sequence
    return (scaled * (values.pow(2).mean().sqrt() / size)).to(sequence.dtype)
