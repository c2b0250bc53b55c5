from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from codirector.tools.prompt_weights import encode_prompt, split_at_breaks, tokenize, weigh
from codirector.values import Span


def spans(*parts):
    return tuple(Span(text=text, weight=weight) for text, weight in parts)


PLAIN = spans(("a red ", 1.0), ("fox", 1.0), (", in the snow", 1.0))
NEGATIVE = spans(
    ("the night", 1.0),
)


@pytest.fixture(scope="module")
def pipelines(models, tiny):
    from diffusers import StableDiffusionPipeline

    load = StableDiffusionPipeline.from_pretrained
    masked = load(models / "illustrator")
    masked.text_encoder.config.use_attention_mask = True
    return {"bert": load(models / "illustrator"), "bert with mask": masked, "clip": load(models / "tiny-sd"), "sdxl": tiny.sdxl_pipeline()}


@pytest.mark.parametrize("negative", [NEGATIVE, ()], ids=["negative", "no negative"])
@pytest.mark.parametrize("name", ["bert", "bert with mask", "clip", "sdxl"])
def test_neutral_weights_are_the_pipelines_own_embeddings_bit_for_bit(pipelines, name, negative):
    pipeline = pipelines[name]
    ours = encode_prompt(pipeline, PLAIN, negative, guided=True)
    text = "".join(span.text for span in PLAIN)
    negative_text = "".join(span.text for span in negative) or None
    theirs = pipeline.encode_prompt(
        prompt=text, negative_prompt=negative_text, device="cpu", num_images_per_prompt=1, do_classifier_free_guidance=True
    )
    mine = (ours.prompt, ours.negative, ours.pooled, ours.negative_pooled)[: len(theirs)]
    assert all(torch.equal(own, other) for own, other in zip(mine, theirs, strict=True))
    assert len(ours.arguments()) == len(theirs)


def test_without_guidance_no_negative_is_made(pipelines):
    assert set(encode_prompt(pipelines["sdxl"], PLAIN, NEGATIVE, guided=False).arguments()) == {"prompt_embeds", "pooled_prompt_embeds"}


@pytest.mark.parametrize("name", ["bert", "clip", "sdxl"])
def test_a_larger_weight_moves_the_embedding_further_along(pipelines, name):
    pipeline = pipelines[name]

    def at(weight):
        return encode_prompt(pipeline, spans(("a red ", 1.0), ("fox", weight), (", in the snow", 1.0)), (), guided=False).prompt.flatten()

    neutral = at(1.0)
    direction = at(2.0) - neutral
    assert float(direction.norm()) > 0
    way = [float((at(weight) - neutral) @ direction / direction.norm()) for weight in (0.3, 0.7, 1.0, 1.2, 1.5, 2.0)]
    assert way == sorted(way) and len(set(way)) == len(way)
    assert way[0] < 0 < way[-1]


def test_only_the_weighted_tokens_turn_and_the_size_stays(pipelines):
    pipeline = pipelines["clip"]
    plain = encode_prompt(pipeline, PLAIN, (), guided=False).prompt
    heavy = encode_prompt(pipeline, spans(("a red ", 1.0), ("fox", 2.0), (", in the snow", 1.0)), (), guided=False).prompt
    assert float(heavy.pow(2).mean()) == pytest.approx(float(plain.pow(2).mean()), rel=1e-4)
    ratio = (heavy.norm(dim=-1) / plain.norm(dim=-1))[0]
    tokens = pipeline.tokenizer("a red fox, in the snow")["input_ids"]
    fox = tokens.index(pipeline.tokenizer.convert_tokens_to_ids("fox</w>"))
    others = torch.cat([ratio[:fox], ratio[fox + 1 :]])
    assert torch.allclose(others, others[0].expand_as(others), atol=1e-4)
    assert float(ratio[fox] / others[0]) == pytest.approx(2.0, rel=1e-3)


def test_weight_zero_takes_the_words_out(pipelines):
    with_zero = encode_prompt(pipelines["bert"], spans(("a fox", 1.0), (" in the snow", 0.0)), (), guided=False)
    without = encode_prompt(pipelines["bert"], spans(("a fox", 1.0)), (), guided=False)
    assert torch.equal(with_zero.prompt, without.prompt)


def test_nothing_at_all_can_be_encoded(pipelines):
    assert encode_prompt(pipelines["clip"], (), (), guided=True).prompt.shape[1] == 77


def test_long_prompts_become_chunks_and_nothing_is_lost(pipelines):
    pipeline = pipelines["bert"]
    words = "a red fox in the snow, " * 20
    chunks = tokenize(pipeline.tokenizer, spans((words, 1.0)))
    assert len(chunks) == 3 and all(len(chunk.ids) == 64 for chunk in chunks)
    inner = [token for chunk in chunks for token in chunk.ids[1 : chunk.used - 1]]
    assert inner == pipeline.tokenizer(words, add_special_tokens=False)["input_ids"]
    comma = pipeline.tokenizer.convert_tokens_to_ids(",")
    assert all(chunk.ids[chunk.used - 2] == comma for chunk in chunks), "a chunk should end at a comma where one is near"
    embeds = encode_prompt(pipeline, spans((words, 1.0)), NEGATIVE, guided=True)
    assert embeds.prompt.shape == embeds.negative.shape == (1, 3 * 64, 32)
    assert embeds.chunks == 3 and embeds.tokens == len(inner)


def test_break_begins_a_chunk(pipelines):
    chunks = tokenize(pipelines["clip"].tokenizer, spans(("a fox BREAK snow", 1.0)))
    assert [chunk.used for chunk in chunks] == [4, 6]
    assert split_at_breaks(spans(("a fox BREAKFAST", 1.0)))[0][0].text == "a fox BREAKFAST"
    assert split_at_breaks(spans(("BREAK", 1.0))) == [[]]


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(st.tuples(st.text(alphabet="foxred ,(é", max_size=12), st.sampled_from([0.5, 1.0, 1.3])), max_size=8))
def test_every_token_has_the_weight_of_its_span(tiny, parts):
    tokenizer, _ = tiny.bert_tokenizer(64)
    chunks = tokenize(tokenizer, spans(*parts))
    text = "".join(part for part, _ in parts)
    assert sum(chunk.used - 2 for chunk in chunks) == len(tokenizer(text, add_special_tokens=False)["input_ids"])
    owner = [weight for part, weight in parts for _ in part]
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    weights = [weight for chunk in chunks for weight in chunk.weights[1 : chunk.used - 1]]
    assert weights == [owner[start] for start, _ in offsets]
    assert all(len(chunk.ids) == len(chunk.weights) == 64 for chunk in chunks)


def test_weigh_survives_all_zero_vectors():
    assert torch.equal(weigh(torch.zeros(1, 2, 3), (1.0, 2.0)), torch.zeros(1, 2, 3))


def test_one_encoder_named_two_is_enough(tiny):
    """SDXL refiners have a second encoder only."""
    tokenizer, vocab = tiny.clip_tokenizer()
    refiner = SimpleNamespace(
        tokenizer=None, text_encoder=None, tokenizer_2=tokenizer, text_encoder_2=tiny.clip_encoder(16, vocab, projection=True),
        config=SimpleNamespace(force_zeros_for_empty_prompt=False),
    )  # fmt: skip
    embeds = encode_prompt(refiner, PLAIN, (), guided=True)
    assert embeds.prompt.shape == (1, 77, 16) and embeds.pooled.shape == (1, 16)
