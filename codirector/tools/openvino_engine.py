"""Runs a small UNet and its ControlNet through OpenVINO on a CPU, behind the same modules that the pipelines call.

The torch modules stay where they are, with their configuration and weights: only their `forward` is answered by a compiled network.
Whatever the compiled one cannot answer (attention that is watched or replaced, inputs it was not made for) goes to torch as before.
Results differ from torch's in the last bits, so the engine is part of what makes a picture and stands in its facts.

The networks come as OpenVINO graphs without weights (`openvino/unet.xml.gz`, `openvino/control.xml.gz`, written at export): tracing them
takes half a minute, filling in the weights a moment. Compiled networks are kept in a folder of the caller's, one file each.

What does not change from step to step is no part of the graphs: keys and values of the text are worked out once a prompt, what the
layers take from the timestep once a timestep, both in torch. Each graph is compiled for the one shape that a whole picture has, which
saves a fifth of a step, and once more for all other shapes (windows, guided pairs).

It does not know requests, schedulers or how the graphs were made (see training/illustrator/graphs.py).
"""

import contextlib
import gzip
import hashlib
import json
import platform
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codirector.errors import InputError
from codirector.tools.openvino_parts import PARTS, for_whole_pictures

if TYPE_CHECKING:
    import torch

KEPT = 2
"""Compiled networks of one kind that are kept, the newest: each is as large as its weights, and new weights make new ones."""
GRAPHS = "openvino"
"""The folder of the graphs inside a model's folder."""
KEPT_TIMES = 256
"""Timesteps whose embeddings are remembered, some 17 kB each."""


def version() -> str:
    """The installed OpenVINO as (major.minor.patch); empty where there is none."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("openvino")
    except PackageNotFoundError:
        return ""


@dataclass
class Reuse:
    """One run whose deep features are worked out at every `every`-th step only. `step` counts the steps, `whole` those in full; `deep`
    are the features, `residuals` the ControlNet's of the last whole step."""

    every: int
    step: int = 0
    whole: int = 0
    deep: Any = None
    residuals: "tuple[torch.Tensor, ...]" = ()

    @property
    def fresh(self) -> bool:
        """Whether the step to come is a whole one."""
        return self.deep is None or self.step % self.every == 0


class Engine:
    """The compiled networks of one model. Not for two threads at once. `attach` puts them in place, `detach` takes them away."""

    def __init__(self, unet: Any, controlnet: Any, graphs: Path, kept: Path | None, key: str, threads: int) -> None:
        """`graphs` holds the graphs, `kept` (None: nothing is kept) the compiled networks, `key` names the weights (their hash).
        Compiling takes seconds the first time, loading half a second afterwards. Raises InputError where it fails."""
        self.name = f"openvino {version()}"
        self._unet, self._controlnet = unet, controlnet
        # Listed once: to walk all modules at every step costs as much as a preview.
        self._modules = {id(net): tuple(net.modules()) for net in (unet, controlnet) if net is not None}
        self._attention = tuple((each, each.processor) for each in self._modules[id(unet)] if hasattr(each, "set_processor"))
        self._torch = {id(net): net.forward for net in (unet, controlnet) if net is not None}
        self._hint: tuple[Any, Any] | None = None
        self._threads, self._kept = threads, kept
        self._made_for = f"{key} {version()} {platform.machine()} {_cpu_flags()} {threads}"
        self._shapes = residual_shapes(unet)
        self._reuse: Reuse | None = None
        self._text: tuple[Any, tuple[Any, ...]] | None = None
        self._times: dict[tuple[int, float], Any] = {}
        self._graphs = graphs
        self._nets = {"unet": unet} | ({} if controlnet is None else {"control": controlnet})
        self._whole = {which: tuple(map(tuple, self._table(which)["whole"])) for which in self._nets}
        self._requests: dict[str, Any] = {}
        for name, (which, part) in PARTS.items():
            if which in self._nets and (part is for_whole_pictures or not self._is_kept(name)):
                # What edits need is read from its file by the first edit; it is compiled here, where a start takes seconds in any case.
                self._request(name)

    def attach(self) -> None:
        """From now on the modules answer through the compiled networks."""
        self._unet.forward = self._unet_forward
        if self._controlnet is not None:
            self._controlnet.forward = self._control_forward

    def detach(self) -> None:
        """The modules answer for themselves again."""
        for net in (self._unet, self._controlnet):
            if net is not None:
                net.__dict__.pop("forward", None)
        self._hint = self._text = None
        self._times = {}

    @contextlib.contextmanager
    def reusing(self, every: int) -> Iterator[Reuse]:
        """While it lasts, one run's deep features are reused from step to step (DeepCache, Ma et al. 2023, arXiv:2312.00858): what lies
        below the highest resolution, where nineteen of twenty weights are, is computed at every `every`-th step only. For runs from
        a picture that shows roughly what is to come, where they hardly change; torch, where it answers, computes every step in full."""
        self._reuse = Reuse(every)
        try:
            yield self._reuse
        finally:
            self._reuse = None

    def _graph(self, which: str) -> bytes:
        return gzip.decompress((self._graphs / f"{which}.xml.gz").read_bytes())

    def _table(self, which: str) -> dict[str, Any]:
        """Which weights stand where in the graph's constants (see `fill_in`), and `whole`: the inputs' shapes for a whole picture."""
        return json.loads((self._graphs / f"{which}.json").read_text(encoding="utf-8"))

    def _file(self, name: str) -> Path | None:
        """Where the compiled network is kept; its file's name changes with all that it was made for."""
        which, part = PARTS[name]
        made_for = hashlib.sha256(f"{self._made_for} {part.__name__}".encode() + self._graph(which)).hexdigest()[:16]
        return None if self._kept is None else self._kept / f"{name}-{made_for}.blob"

    def _is_kept(self, name: str) -> bool:
        file = self._file(name)
        return file is None or file.is_file()

    def _request(self, name: str) -> Any:
        """The network of that name, ready to be asked."""
        if name not in self._requests:
            self._requests[name] = self._compiled(name)
        return self._requests[name]

    def _compiled(self, name: str) -> Any:
        """The network of that name: from its file, or compiled and kept there. A file of another OpenVINO or CPU is made anew."""
        import openvino

        core = openvino.Core()
        options = {"INFERENCE_NUM_THREADS": self._threads, "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1}
        file = self._file(name)
        if file is not None and file.is_file():
            with contextlib.suppress(RuntimeError, OSError):
                return core.import_model(file.read_bytes(), "CPU", options).create_infer_request()
        which, part = PARTS[name]
        try:
            weights = fill_in(self._table(which), self._nets[which].state_dict())
            model = part(core.read_model(self._graph(which), openvino.Tensor(weights)), self._whole[which])
            compiled = core.compile_model(model, "CPU", options)
        except (RuntimeError, KeyError, ValueError, StopIteration) as error:
            what = (str(error) or "the graph is of another kind").splitlines()[0][:200]
            raise InputError(f"The model could not be compiled for this CPU: {what}", "Set CODIRECTOR_ENGINE=torch.") from error
        if file is not None:
            with contextlib.suppress(OSError):
                # A full disk or a read-only folder costs the next start some seconds, nothing else.
                keep(file, compiled.export_model())
        return compiled.create_infer_request()

    def _suited(self, which: str, inputs: "Sequence[torch.Tensor]") -> Any:
        """The network made for these inputs: that for a whole picture, or the one for any."""
        whole = self._reuse is None and tuple(tuple(each.shape) for each in inputs) == self._whole[which]
        return self._request(which if whole else f"{which}_any")

    def _watched(self, net: Any) -> bool:
        """Whether somebody looks into the network (hooks that see results, other attention processors): then torch has to run it."""
        if net is self._unet and any(each.processor is not processor for each, processor in self._attention):
            return True
        return any(module._forward_hooks for module in self._modules[id(net)])

    def _unet_forward(self, sample: "torch.Tensor", timestep: Any, encoder_hidden_states: "torch.Tensor", *rest: Any, **named: Any) -> Any:
        import torch
        from diffusers.models.unets.unet_2d_condition import UNet2DConditionOutput

        downs, middle = named.pop("down_block_additional_residuals", None), named.pop("mid_block_additional_residual", None)
        as_dict = named.pop("return_dict", True)
        if rest or _asks_more(named) or not _plain(sample, encoder_hidden_states) or torch.is_grad_enabled() or self._watched(self._unet):
            return self._torch[id(self._unet)](
                sample, timestep, encoder_hidden_states, *rest, **named, down_block_additional_residuals=downs,
                mid_block_additional_residual=middle, return_dict=as_dict,
            )  # fmt: skip
        residuals = (*downs, middle) if downs is not None else self._no_residuals(sample)
        inputs = (sample, self._times_of(self._unet, timestep, len(sample)), *residuals, *self._text_of(encoder_hidden_states))
        reuse = self._reuse
        if reuse is not None and not reuse.fresh and len(reuse.deep) == len(sample):
            handed = {"deep": reuse.deep} | {f"input {number}": value for number, value in enumerate(inputs)}
            shallow = self._request("shallow")
            out = _infer(shallow, [handed[port.any_name] for port in shallow.model_inputs])[0]
        else:
            out, *deep = _infer(self._suited("unet", inputs), inputs)
            if reuse is not None:
                reuse.deep, reuse.whole = deep[0], reuse.whole + 1
        if reuse is not None:
            reuse.step += 1
        return UNet2DConditionOutput(sample=out) if as_dict else (out,)

    def _no_residuals(self, sample: "torch.Tensor") -> tuple["torch.Tensor", ...]:
        """Zeros in the place of the ControlNet's residuals: adding them changes no bit."""
        import torch

        n, _, height, width = sample.shape
        return tuple(torch.zeros(n, channels, height // scale, width // scale) for channels, scale in self._shapes)

    def _control_forward(
        self, sample: "torch.Tensor", timestep: Any, encoder_hidden_states: "torch.Tensor", controlnet_cond: "torch.Tensor",
        conditioning_scale: float = 1.0, *rest: Any, **named: Any,
    ) -> Any:  # fmt: skip
        import torch
        from diffusers.models.controlnets.controlnet import ControlNetOutput

        net, as_dict, guess = self._controlnet, named.pop("return_dict", True), named.pop("guess_mode", False)
        if rest or guess or _asks_more(named) or not _plain(sample, controlnet_cond) or torch.is_grad_enabled() or self._watched(net):
            return self._torch[id(net)](
                sample, timestep, encoder_hidden_states, controlnet_cond, conditioning_scale, *rest, guess_mode=guess,
                return_dict=as_dict, **named,
            )  # fmt: skip
        hint = self._hint_of(controlnet_cond)
        # Guided and unguided halves of a step see the same latents and sketch, and this ControlNet does not read the text.
        half = len(sample) // 2
        twice = len(sample) % 2 == 0 and torch.equal(sample[:half], sample[half:]) and torch.equal(hint[:half], hint[half:])
        if twice:
            sample, hint = sample[:half], hint[:half]
        reuse = self._reuse
        whole = reuse is None or reuse.fresh or len(reuse.residuals[0]) != len(sample) * (2 if twice else 1)
        inputs = (sample, self._times_of(net, timestep, len(sample)), hint)
        network = self._suited("control", inputs) if whole else self._request("first")
        outputs = [each * conditioning_scale for each in _infer(network, inputs)]
        outputs = [torch.cat([each, each]) for each in outputs] if twice else outputs
        if reuse is not None:
            # What a shallow step does not read is handed on as it was.
            reuse.residuals = (*outputs, *reuse.residuals[len(outputs) :])
            outputs = list(reuse.residuals)
        downs: Any = tuple(outputs[:-1])
        middle = outputs[-1]
        return ControlNetOutput(down_block_res_samples=downs, mid_block_res_sample=middle) if as_dict else (downs, middle)

    def _hint_of(self, sketch: "torch.Tensor") -> "torch.Tensor":
        """The sketch after the hint embedding; the same at every step of a run, so worked out once."""
        if self._hint is None or self._hint[0] is not sketch:
            self._hint = (sketch, self._controlnet.controlnet_cond_embedding(sketch))
        return self._hint[1]

    def _text_of(self, text: "torch.Tensor") -> "tuple[torch.Tensor, ...]":
        """The text's keys and values; the same at every step of a run, so worked out once."""
        import torch

        if self._text is None or self._text[0].shape != text.shape or not torch.equal(self._text[0], text):
            self._text = (text.clone(), keys_and_values(self._unet, text))
        return self._text[1]

    def _times_of(self, net: Any, timestep: Any, count: int) -> "torch.Tensor":
        """[count, width]: what every layer of `net` takes from the timestep (one, or one a sample)."""
        import torch

        rows = []
        for value in torch.as_tensor(timestep).reshape(-1).tolist():
            if (id(net), value) not in self._times:
                if len(self._times) >= KEPT_TIMES:
                    self._times.clear()
                self._times[id(net), value] = time_offsets(net, torch.tensor([value]))
            rows.append(self._times[id(net), value])
        return (rows[0] if len(rows) == 1 else torch.cat(rows)).expand(count, -1)


def time_layers(net: Any) -> list[Any]:
    """The layers that take something from the timestep, in the order in which `time_offsets` puts it side by side."""
    return [module for module in net.modules() if getattr(module, "time_emb_proj", None) is not None]


def text_layers(net: Any) -> list[Any]:
    """The attention to the text, in the order of `keys_and_values`."""
    return [module for module in net.modules() if type(module).__name__ == "Attention" and module.is_cross_attention]


def time_offsets(net: Any, timesteps: "torch.Tensor") -> "torch.Tensor":
    """[n, sum of widths] for timesteps [n]: what each of `time_layers` adds to its channels."""
    import torch

    embedded = torch.nn.functional.silu(net.time_embedding(net.time_proj(timesteps)))
    return torch.cat([layer.time_emb_proj(embedded) for layer in time_layers(net)], dim=1)


def keys_and_values(net: Any, text: "torch.Tensor") -> "tuple[torch.Tensor, ...]":
    """Keys, values, keys, values ... of each of `text_layers`, [n, heads, tokens, width of a head], for a text [n, tokens, width]."""
    found = []
    for layer in text_layers(net):
        for project in (layer.to_k, layer.to_v):
            found.append(project(text).unflatten(2, (layer.heads, -1)).transpose(1, 2).contiguous())
    return tuple(found)


def reads_no_text(controlnet: Any) -> bool:
    """Whether the ControlNet has no attention to the text at all, as the embedded one."""
    return not text_layers(controlnet)


def fill_in(table: dict[str, Any], weights: dict[str, Any]) -> Any:
    """The bytes a graph's constants point into: `table["parts"]` lists (offset, name of a weight) and `table["literals"]`
    (offset, hexadecimal bytes); `table["bytes"]` is how many there are. Raises KeyError for a weight that is missing."""
    import numpy as np

    out = np.zeros(table["bytes"], np.uint8)
    for offset, name in table["parts"]:
        values = weights[name].detach().float().contiguous().numpy().reshape(-1).view(np.uint8)
        out[offset : offset + len(values)] = values
    for offset, text in table["literals"]:
        values = np.frombuffer(bytes.fromhex(text), np.uint8)
        out[offset : offset + len(values)] = values
    return out


def _plain(*tensors: "torch.Tensor") -> bool:
    import torch

    return all(tensor.device.type == "cpu" and tensor.dtype == torch.float32 for tensor in tensors)


def _asks_more(named: dict[str, Any]) -> bool:
    return any(value is not None and value != {} for value in named.values())


def _infer(request: Any, inputs: Sequence["torch.Tensor"]) -> list["torch.Tensor"]:
    import torch

    results = request.infer([each.contiguous().numpy() for each in inputs], share_inputs=True, share_outputs=False)
    return [torch.from_numpy(results[number]) for number in range(len(results))]


def residual_shapes(unet: Any) -> tuple[tuple[int, int], ...]:
    """Channels and scale (latent side / side) of what a ControlNet adds: after the first convolution, after every layer and every
    halving on the way down, and in the middle."""
    channels, layers = unet.config.block_out_channels, unet.config.layers_per_block
    shapes, scale = [(channels[0], 1)], 1
    for number, width in enumerate(channels):
        shapes += [(width, scale)] * layers
        if number < len(channels) - 1:
            scale *= 2
            shapes.append((width, scale))
    return (*shapes, (channels[-1], scale))


def keep(file: Path, blob: Any) -> None:
    """Writes a compiled network whole or not at all, and takes all but the newest of its kind away. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_name(f".{uuid.uuid4().hex}.part")
    try:
        part.write_bytes(bytes(blob.getvalue() if hasattr(blob, "getvalue") else blob))
        part.replace(file)
        older = sorted(file.parent.glob(f"{file.name.split('-')[0]}-*.blob"), key=lambda each: each.stat().st_mtime)
        for stale in older[:-KEPT]:
            stale.unlink(missing_ok=True)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _cpu_flags() -> str:
    """What a compiled network depends on besides its weights: another CPU, another file."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("flags"):
                return hashlib.sha256(line.encode()).hexdigest()[:12]
    return platform.processor()
