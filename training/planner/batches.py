"""Examples as tensors: the same layout of message and scene that `codirector.assistant.planner.tagger` builds at run time."""

import itertools
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from codirector.tools.embedded import text_folder
from training.planner import marked
from training.planner.examples import Example, stream
from training.planner.intents import INTENTS, TAGS
from training.planner.model import Batch

LONGEST = 96
POOL = 16


def tokenizer(folder: Path | None = None) -> Tokenizer:
    made = Tokenizer.from_file(str((folder or text_folder()) / "tokenizer.json"))
    made.no_padding()
    made.no_truncation()
    return made


class Encoded:
    """One example as token ids and labels."""

    def __init__(self, example: Example, made: Tokenizer) -> None:
        said = made.encode(example.message, add_special_tokens=False)
        ids, offsets = said.ids[: LONGEST - 16], said.offsets[: LONGEST - 16]
        self.tags = [-100, *_bio(example, offsets), -100]
        self.starts = [-100, *(int(any(start == s or start < s < end for s in example.starts)) for start, end in offsets), -100]
        self.ids = [101, *ids, 102]
        self.names: list[tuple[int, int]] = []
        self.said = len(self.ids)
        for name in example.names[:8]:
            tokens = made.encode(name, add_special_tokens=False).ids
            self.names.append((len(self.ids), len(self.ids) + len(tokens)))
            self.ids += [*tokens, 1025]
        self.ids += made.encode(example.around, add_special_tokens=False).ids
        self.ids = [*self.ids[: LONGEST + 8], 102]
        self.names = [(a, b) for a, b in self.names if b < len(self.ids)]
        self.intent = INTENTS.index(example.intent) if example.intent else -100
        pointing = bool(example.intent) and any(tag in ("T", "SM") for _, _, tag in example.spans)
        self.point = example.points if pointing else -100


def _bio(example: Example, offsets: Sequence[tuple[int, int]]) -> list[int]:
    labels = [0] * len(offsets)
    for start, end, tag in example.spans:
        inside = [i for i, (a, b) in enumerate(offsets) if a < end and b > start]
        for number, index in enumerate(inside):
            labels[index] = 1 + 2 * TAGS.index(tag) + (number > 0)
    return labels


def batch_of(encoded: Sequence[Encoded]) -> Batch:
    length = max(len(e.ids) for e in encoded)
    count = max(1, max(len(e.names) for e in encoded))
    rows = len(encoded)
    ids = torch.zeros(rows, length, dtype=torch.long)
    mask = torch.zeros(rows, length, dtype=torch.long)
    kinds = torch.zeros(rows, length, dtype=torch.long)
    names = torch.zeros(rows, count, length)
    tags = torch.full((rows, length), -100)
    starts = torch.full((rows, length), -100)
    point = torch.full((rows,), -100)
    for row, e in enumerate(encoded):
        ids[row, : len(e.ids)] = torch.tensor(e.ids)
        mask[row, : len(e.ids)] = 1
        kinds[row, e.said : len(e.ids)] = 1
        tags[row, : len(e.tags)] = torch.tensor(e.tags)
        starts[row, : len(e.starts)] = torch.tensor(e.starts)
        for number, (a, b) in enumerate(e.names):
            names[row, number, a:b] = 1 / (b - a)
        if e.point != -100:
            point[row] = e.point if 0 <= e.point < len(e.names) else count
    return Batch(ids, mask, kinds, names, torch.tensor([e.intent for e in encoded]), tags, starts, point)


BLANKED = 0.1
"""The share of a message's tokens that half of the training examples hide behind [MASK]: a wish and the reach of its words are then read
from the whole sentence and not from one telling word (word dropout, as in Iyyer et al., 2015)."""
_MASK = 103


def blanked(batch: Batch, generator: torch.Generator) -> Batch:
    """The batch with some of its message's tokens hidden; labels stay."""
    said = (batch.kinds == 0) & (batch.mask == 1) & (batch.ids != 101) & (batch.ids != 102)
    rows = torch.rand(len(batch.ids), 1, generator=generator) < 0.5
    hidden = said & rows & (torch.rand(batch.ids.shape, generator=generator) < BLANKED)
    return batch._replace(ids=batch.ids.masked_fill(hidden, _MASK))


MARKED = 0.65
"""The share of training examples that people wrote; the others are the grammar's."""


def mixed(seed: int) -> Iterator[Example]:
    """Examples of both teachers, without end."""
    rng, grammar = random.Random(seed), stream(seed)
    people = marked.examples(rng)
    while True:
        yield next(people if rng.random() < MARKED else grammar)


def batches(seed: int, size: int, held_out: bool = False) -> Iterator[Batch]:
    """Batches of examples of similar length, without end; `held_out`: the grammar's phrasings that training never sees."""
    made, source = tokenizer(), stream(seed, held_out) if held_out else mixed(seed)
    generator = torch.Generator().manual_seed(seed)
    while True:
        pool = sorted((Encoded(example, made) for example in itertools.islice(source, size * POOL)), key=lambda e: len(e.ids))
        groups = [pool[at : at + size] for at in range(0, len(pool), size)]
        order = torch.randperm(len(groups)).tolist()
        for index in order:
            batch = batch_of(groups[index])
            yield batch if held_out else blanked(batch, generator)
