"""The planner's recipe: phrasings parse, examples are labelled where they say they are, held-out phrasings stay held out."""

import itertools
import random

import pytest

from training.planner import words
from training.planner.examples import stream, wish
from training.planner.grammar import GrammarError, expand, parse, text_of
from training.planner.intents import INTENTS, TAGS
from training.planner.situations import situation


def test_every_phrasing_expands() -> None:
    count = 0
    for intent, lines in words.phrasings().items():
        assert intent in INTENTS
        for line in lines:
            made = situation(random.Random(count), False)
            made.aim()
            if "{C:" not in line:
                assert text_of(expand(parse(line), made.rules(), made.rng)).strip()
            count += 1
    assert count > 1500


def test_spans_lie_on_their_words() -> None:
    for example in itertools.islice(stream(7), 400):
        assert example.message and example.starts[0] == 0
        for start, end, tag in example.spans:
            assert tag in TAGS and 0 <= start < end <= len(example.message)
            assert example.message[start:end] == example.message[start:end].strip()
        assert -1 <= example.points < max(1, len(example.names))


def test_the_same_seed_gives_the_same_examples() -> None:
    assert list(itertools.islice(stream(3), 20)) == list(itertools.islice(stream(3), 20))


def test_held_out_phrasings_are_never_trained_on() -> None:
    shared = 0
    for intent, lines in words.phrasings().items():
        kept = [line for line in lines if words.held(line)]
        shared += len(kept)
        for seed in range(3):
            made = situation(random.Random(seed), False)
            made.aim()
            assert wish(intent, made) is not None
    assert shared > 100


def test_held_out_nouns_do_not_overlap() -> None:
    assert len(words.nouns(True)) > 100 and not set(words.nouns(True)) & set(words.nouns(False))


@pytest.mark.parametrize("broken", ["(open", "{T", "a <nowhere> b"])
def test_a_broken_phrasing_is_refused(broken: str) -> None:
    with pytest.raises((GrammarError, ValueError, IndexError)):
        expand(parse(broken), {}, random.Random(1))


def test_one_step_lowers_the_loss() -> None:
    """A real batch through the real model, twice: it can learn."""
    import torch

    from training.planner.batches import batches
    from training.planner.model import Tagger, loss

    torch.manual_seed(1)
    model = Tagger(INTENTS, TAGS).train()
    batch = next(iter(batches(5, 4)))
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-3)
    seen = []
    for _ in range(4):
        now = loss(model(batch), batch)
        optimizer.zero_grad()
        now.backward()
        optimizer.step()
        seen.append(now.item())
    assert seen[-1] < seen[0]
