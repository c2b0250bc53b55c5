"""The tagger as a torch module: all-MiniLM-L6-v2 with its six layers trained, and four linear heads.

Joint intent detection and slot filling on one encoder: Chen, Zhuo and Wang, 2019 (arXiv 1902.10909). The pointer head scores each thing
of the scene against the message, which is pronoun resolution as span ranking (Lee et al., 2017, arXiv 1707.07045) reduced to one target.
It does not know where examples come from.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional as F
from transformers import BertModel

from codirector.tools.embedded import text_folder

WIDTH, POINT = 384, 96
FROZEN_LAYERS = 0
"""The lowest layers that stay as they are, besides the embeddings. Two were frozen while some thousand messages were all there was."""


class Batch(NamedTuple):
    """`ids`, `mask`, `kinds` (0 message, 1 scene): (B, L). `names`: (B, N, L) means over the tokens of each thing's name, zero rows where
    there is none. Labels: `intent` (B,) -100 where several; `tags` (B, L) -100 outside of the message; `starts` (B, L) 0/1, -100; `point`
    (B,) index into N + 1, the last meaning none, -100 where not asked."""

    ids: torch.Tensor
    mask: torch.Tensor
    kinds: torch.Tensor
    names: torch.Tensor
    intent: torch.Tensor
    tags: torch.Tensor
    starts: torch.Tensor
    point: torch.Tensor


class Tagger(nn.Module):
    def __init__(self, intents: Sequence[str], tags: Sequence[str], folder: Path | None = None) -> None:
        super().__init__()
        self.intents, self.tags = tuple(intents), tuple(tags)
        # No dropout inside: examples never repeat, and drawing its random numbers costs a quarter of the forward pass on a CPU.
        self.body = BertModel.from_pretrained(
            folder or text_folder(), add_pooling_layer=False, dtype=torch.float32, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        for part in (self.body.embeddings, *self.body.encoder.layer[:FROZEN_LAYERS]):
            part.requires_grad_(False)
        self.intent = nn.Linear(2 * WIDTH, len(self.intents))
        self.tag = nn.Linear(WIDTH, 2 * len(self.tags) + 1)
        self.start = nn.Linear(WIDTH, 1)
        self.query = nn.Linear(2 * WIDTH, POINT)
        self.key = nn.Linear(WIDTH, POINT)
        self.none = nn.Parameter(torch.zeros(POINT))
        self.drop = nn.Dropout(0.1)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logits: intents (B, I), tags (B, L, 2T+1), starts (B, L), points (B, N + 1)."""
        hidden = self.body(batch.ids, attention_mask=batch.mask, token_type_ids=batch.kinds).last_hidden_state
        said = (batch.mask * (1 - batch.kinds)).unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * said).sum(1) / said.sum(1)
        whole = self.drop(torch.cat([hidden[:, 0], mean], -1))
        tokens = self.drop(hidden)
        keys = torch.cat([self.key(batch.names @ hidden), self.none.expand(len(hidden), 1, POINT)], 1)
        points = (keys @ self.query(whole).unsqueeze(-1)).squeeze(-1) * POINT**-0.5
        there = torch.cat([batch.names.sum(-1) > 0, torch.ones(len(hidden), 1, dtype=torch.bool)], 1)
        points = points.masked_fill(~there, -1e4)
        return self.intent(whole), self.tag(tokens), self.start(tokens).squeeze(-1), points


def loss(outputs: tuple[torch.Tensor, ...], batch: Batch) -> torch.Tensor:
    intents, tags, starts, points = outputs
    total = F.cross_entropy(tags.flatten(0, 1), batch.tags.flatten(), ignore_index=-100)
    known = batch.starts >= 0
    total = total + F.binary_cross_entropy_with_logits(starts[known], batch.starts[known].float(), pos_weight=torch.tensor(3.0))
    if (batch.intent >= 0).any():
        total = total + F.cross_entropy(intents, batch.intent, ignore_index=-100, label_smoothing=0.03)
    if (batch.point >= 0).any():
        total = total + 0.5 * F.cross_entropy(points, batch.point, ignore_index=-100)
    return total
