"""Runs a small UNet and its ControlNet through OpenVINO on a CPU, behind the same modules that the pipelines call.

The torch modules stay where they are, with their configuration and weights: only their `forward` is answered by a compiled network.
Whatever the compiled one cannot answer (attention that is watched or replaced, inputs it was not made for) goes to torch as before.
Results differ from torch's in the last bits, so the engine is part of what makes a picture and stands in its facts.

The networks come as OpenVINO graphs without weights (`openvino/unet.xml.gz`, `openvino/control.xml.gz`, written at export): tracing them
takes half a minute, filling in the weights a moment. Compiled networks are kept in a folder of the caller's, one file each.

It does not know requests, schedulers or how the graphs were made (see training/illustrator/graphs.py).
"""

import contextlib
import gzip
import hashlib
import json
import platform
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codirector.errors import InputError

if TYPE_CHECKING:
    import torch

KEPT = 2
"""Compiled networks of one kind that are kept, the newest: each is as large as its weights, and new weights make new ones."""
GRAPHS = "openvino"
"""The folder of the graphs inside a model's folder."""


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
        self._threads = threads
        self._kept = kept
        self._made_for = f"{key} {version()} {platform.machine()} {_cpu_flags()} {threads}"
        self._shapes = residual_shapes(unet)
        self._reuse: Reuse | None = None
        self._run_unet = self._compiled(graphs, "unet", unet, "unet", with_deep_output)
        self._run_shallow = self._compiled(graphs, "unet", unet, "shallow", shallow_part)
        self._run_control = self._run_first = None
        if controlnet is not None:
            self._run_control = self._compiled(graphs, "control", controlnet, "control", all_residuals)
            self._run_first = self._compiled(graphs, "control", controlnet, "first", first_residuals)

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
        self._hint = None

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

    def _compiled(self, graphs: Path, which: str, net: Any, name: str, part: Callable[[Any], Any]) -> Any:
        """What `part` makes of the graph `which` of `net`, compiled: from its file, or compiled and kept there under `name`. A file of
        another OpenVINO or CPU is made anew."""
        import openvino

        core = openvino.Core()
        options = {"INFERENCE_NUM_THREADS": self._threads, "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1}
        graph = gzip.decompress((graphs / f"{which}.xml.gz").read_bytes())
        made_for = hashlib.sha256(f"{self._made_for} {part.__name__}".encode() + graph).hexdigest()[:16]
        file = None if self._kept is None else self._kept / f"{name}-{made_for}.blob"
        if file is not None and file.is_file():
            with contextlib.suppress(RuntimeError, OSError):
                return core.import_model(file.read_bytes(), "CPU", options).create_infer_request()
        try:
            weights = fill_in(json.loads((graphs / f"{which}.json").read_text(encoding="utf-8")), net.state_dict())
            model = part(core.read_model(graph, openvino.Tensor(weights)))
            compiled = core.compile_model(model, "CPU", options)
        except (RuntimeError, KeyError, ValueError, StopIteration) as error:
            what = (str(error) or "the graph is of another kind").splitlines()[0][:200]
            raise InputError(f"The model could not be compiled for this CPU: {what}", "Set CODIRECTOR_ENGINE=torch.") from error
        if file is not None:
            with contextlib.suppress(OSError):
                # A full disk or a read-only folder costs the next start some seconds, nothing else.
                keep(file, compiled.export_model())
        return compiled.create_infer_request()

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
        inputs = (sample, _steps(timestep, sample), encoder_hidden_states, *residuals)
        reuse = self._reuse
        if reuse is not None and not reuse.fresh and len(reuse.deep) == len(sample):
            handed = {"deep": reuse.deep} | {f"input {number}": value for number, value in enumerate(inputs)}
            out = _infer(self._run_shallow, [handed[port.any_name] for port in self._run_shallow.model_inputs])[0]
        else:
            out, deep = _infer(self._run_unet, inputs)
            if reuse is not None:
                reuse.deep, reuse.whole = deep, reuse.whole + 1
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
        network = self._run_control if whole else self._run_first
        outputs = [each * conditioning_scale for each in _infer(network, (sample, _steps(timestep, sample), hint))]
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


def reads_no_text(controlnet: Any) -> bool:
    """Whether the ControlNet has no attention to the text at all, as the embedded one."""
    return not any(type(module).__name__ == "Attention" and module.is_cross_attention for module in controlnet.modules())


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


def _steps(timestep: Any, sample: "torch.Tensor") -> "torch.Tensor":
    """[n] whole numbers: the timestep of every sample."""
    import torch

    return torch.as_tensor(timestep).reshape(-1).long().expand(len(sample))


def _infer(request: Any, inputs: Sequence["torch.Tensor"]) -> list["torch.Tensor"]:
    import torch

    results = request.infer([each.contiguous().numpy() for each in inputs], share_inputs=True, share_outputs=False)
    return [torch.from_numpy(results[number]) for number in range(len(results))]


def with_deep_output(model: Any) -> Any:
    """The UNet's graph with a second result: what its last block on the way up is handed from below."""
    model.add_outputs(_last_meeting(model).input_value(0))
    return model


def shallow_part(model: Any) -> Any:
    """The first block on the way down and the last one on the way up. Its inputs are called 'input 0', 'input 1', ... as the whole
    graph's, and 'deep': what the last block is handed from below."""
    import openvino

    for number, port in enumerate(model.inputs):
        port.get_tensor().set_names({f"input {number}"})
    below = _last_meeting(model).input(0)
    deep = openvino.opset13.parameter(openvino.PartialShape([-1, below.get_partial_shape()[1], -1, -1]), openvino.Type.f32, name="deep")
    deep.output(0).get_tensor().set_names({"deep"})
    below.replace_source_output(deep.output(0))
    return openvino.Model(model.get_results(), [*_needed(model.get_results(), model.get_parameters()), deep], "shallow")


def all_residuals(model: Any) -> Any:
    """The ControlNet as it is."""
    return model


def first_residuals(model: Any) -> Any:
    """The part of the ControlNet whose residuals a shallow step reads: those after the first convolution and the first layer."""
    import openvino

    first = model.get_results()[:2]
    return openvino.Model(first, _needed(first, model.get_parameters()), "first residuals")


def _last_meeting(model: Any) -> Any:
    """Where the last block on the way up takes what comes from below together with what comes from beside. Raises StopIteration for
    a graph of another kind."""
    joined = [op for op in model.get_ordered_ops() if op.get_type_name() == "Concat" and ".up_blocks." in op.get_friendly_name()]
    last = max((op.get_friendly_name().split(".up_blocks.")[1].split("/")[0] for op in joined), default="")
    return next(op for op in joined if f".up_blocks.{last}/" in op.get_friendly_name())


def _needed(results: Sequence[Any], parameters: Sequence[Any]) -> list[Any]:
    """Those of `parameters` that `results` depend on, in their order."""
    waiting: list[Any] = list(results)
    known = set()
    while waiting:
        node = waiting.pop()
        if node.get_friendly_name() not in known:
            known.add(node.get_friendly_name())
            waiting += [source.get_node() for source in node.input_values()]
    return [parameter for parameter in parameters if parameter.get_friendly_name() in known]


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
