"""Cuts what the engine runs out of an OpenVINO graph: the graph for one shape, and the parts that reused features need.

Each function takes a graph as it was read and the inputs' shapes for one whole picture, and gives the graph to compile. It knows how
diffusers names the blocks of a UNet and of a ControlNet, and nothing of weights, files or runs.
"""

from collections.abc import Callable, Sequence
from typing import Any

Shapes = tuple[tuple[int, ...], ...]


def for_whole_pictures(model: Any, whole: Shapes) -> Any:
    """The graph for inputs of the shapes `whole` only."""
    model.reshape(dict(zip(model.inputs, map(list, whole), strict=True)))
    return model


def with_deep_output(model: Any, _: Shapes = ()) -> Any:
    """The UNet's graph with a second result: what its last block on the way up is handed from below."""
    model.add_outputs(_last_meeting(model).input_value(0))
    return model


def shallow_part(model: Any, _: Shapes = ()) -> Any:
    """The first block on the way down and the last one on the way up. Its inputs are called 'input 0', 'input 1', ... as the whole
    graph's, and 'deep': what the last block is handed from below."""
    import openvino

    make: Any = openvino.Model
    for number, port in enumerate(model.inputs):
        port.get_tensor().set_names({f"input {number}"})
    below = _last_meeting(model).input(0)
    deep = openvino.opset13.parameter(openvino.PartialShape([-1, below.get_partial_shape()[1], -1, -1]), openvino.Type.f32, name="deep")
    deep.output(0).get_tensor().set_names({"deep"})
    below.replace_source_output(deep.output(0))
    return make(model.get_results(), [*_needed(model.get_results(), model.get_parameters()), deep], "shallow")


def all_residuals(model: Any, _: Shapes = ()) -> Any:
    """The ControlNet as it is."""
    return model


def first_residuals(model: Any, _: Shapes = ()) -> Any:
    """The part of the ControlNet whose residuals a shallow step reads: those after the first convolution and the first layer."""
    import openvino

    make: Any = openvino.Model
    first = model.get_results()[:2]
    return make(first, _needed(first, model.get_parameters()), "first residuals")


PARTS: dict[str, tuple[str, Callable[[Any, Shapes], Any]]] = {
    "unet": ("unet", for_whole_pictures),
    "unet_any": ("unet", with_deep_output),
    "shallow": ("unet", shallow_part),
    "control": ("control", for_whole_pictures),
    "control_any": ("control", all_residuals),
    "first": ("control", first_residuals),
}
"""The compiled networks by name: the graph each is made of, and what is made of it."""


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
