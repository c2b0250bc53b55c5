"""The decoder's recipe: examples as conversations and back, and the adapter as llama.cpp reads it."""

import itertools
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from training.planner.examples import stream  # noqa: E402
from training.planner.intents import INTENTS  # noqa: E402
from training.planner.lora.prompt import GRAMMAR, answer, asked, frame_of  # noqa: E402
from training.planner.lora.train import write_gguf  # noqa: E402


def test_an_answer_is_read_as_the_example_it_was_made_from() -> None:
    examples = [made for made in itertools.islice(stream(3), 500) if made.intent and not set(";=\n") & set(made.message)]
    assert len(examples) > 300
    for made in examples:
        frame = frame_of(answer(made), made.message, made.names)
        assert frame is not None and frame.intent == made.intent
        assert [(slot.tag, slot.text) for slot in frame.slots] == [(tag, made.message[start:end]) for start, end, tag in made.spans]
        if made.points >= 0 and any(tag == "T" for _, _, tag in made.spans):
            assert frame.points[0] == made.names.index(made.names[made.points])


def test_what_the_message_does_not_say_is_dropped() -> None:
    frame = frame_of("colour; T=the fox; V=mint; N=dragon", "make the fox blue", ("fox",))
    assert frame is not None
    assert [(slot.tag, slot.text) for slot in frame.slots] == [("T", "the fox")] and frame.points[0] == -1
    assert frame_of("I think it is lovely", "make the fox blue", ("fox",)) is None


def test_prompt_and_grammar_name_what_there_is() -> None:
    first, second = asked("make it blue", ("fox", "bench")), asked("add an owl", ())
    assert first[0] == second[0] and "fox, bench" in first[1]["content"] and "none" in second[1]["content"]
    assert all(f'"{intent}"' in GRAMMAR for intent in INTENTS)


def test_the_adapter_is_laid_out_as_llama_cpp_keeps_its_rows(tmp_path: Path) -> None:
    """transformers' own reader of such files is the judge of the order of rows."""
    from gguf import GGUFReader
    from transformers.modeling_gguf_pytorch_utils import LlamaTensorProcessor

    heads, groups, rank = 4, 2, 3
    made = {"q_proj": torch.randn(heads * 6, rank), "k_proj": torch.randn(groups * 6, rank), "v_proj": torch.randn(groups * 6, rank)}
    inside = torch.randn(rank, 24)
    state = {f"base_model.model.model.layers.7.self_attn.{part}.lora_B.default.weight": value for part, value in made.items()}
    state |= {f"base_model.model.model.layers.7.self_attn.{part}.lora_A.default.weight": inside for part in made}
    write_gguf(state, heads, groups, tmp_path / "adapter.gguf")
    reader = GGUFReader(tmp_path / "adapter.gguf")
    assert reader.fields["general.type"].contents() == "adapter" and reader.fields["adapter.type"].contents() == "lora"
    found = {tensor.name: torch.tensor(tensor.data).float() for tensor in reader.tensors}
    assert len(found) == 6
    back = LlamaTensorProcessor()._reverse_permute_weights
    for part, name, count in (("q_proj", "attn_q", heads), ("k_proj", "attn_k", groups)):
        rows = torch.tensor(back(found[f"blk.7.{name}.weight.lora_b"].numpy(), count, count))
        assert torch.allclose(rows, made[part], atol=2e-3)
    assert torch.allclose(found["blk.7.attn_v.weight.lora_b"], made["v_proj"], atol=2e-3)
    assert torch.allclose(found["blk.7.attn_q.weight.lora_a"], inside, atol=2e-3)
