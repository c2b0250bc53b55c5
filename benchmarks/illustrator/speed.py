"""`python -m benchmarks.illustrator.speed`: what a step of the embedded model costs, in torch and as shipped, against this machine's peak.

Processor time is counted (of all threads together, divided by their number), because it says the same on a machine that other programs
use; wall time stands beside it. All figures come from one run, torch, our engine and the large matrix product in turn. Floating-point
operations are those of the stock torch modules (`torch.utils.flop_counter`), for both engines the same: what our engine leaves out,
because it is the same at every step, counts as done. `--layers` says where the engine's time goes. It knows what is promised.
"""

import argparse
import json
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = 8
SIDE = 1536
"""Of the square matrices whose product is the peak."""
PEAK_SHARE = 0.70
RATIOS = {"bf16": 2.5, "int8": 3.5}
DECODE_SHARE = 0.15


def timed(work: Callable[[], Any], threads: int) -> tuple[float, float]:
    """(processor seconds a thread, wall seconds) of one call."""
    processor, wall = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - processor) / threads, time.perf_counter() - wall


def in_turn(works: dict[str, Callable[[], Any]], rounds: int, threads: int) -> dict[str, dict[str, float]]:
    """Each of `works` in turn, `rounds` times after two calls to warm up: least and median processor seconds, least wall seconds. The
    least is what the work costs; what lies above it is other programs' use of the caches."""
    for work in works.values():
        work()
        work()
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(timed(work, threads))
    return {
        name: {
            "least": min(processor for processor, _ in times),
            "median": statistics.median(processor for processor, _ in times),
            "wall": min(wall for _, wall in times),
        }
        for name, times in found.items()
    }


class Bench:
    """The model's nets, the inputs of one step of one picture, and our engine beside them."""

    def __init__(self, threads: int) -> None:
        import torch
        from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

        from codirector.tools.embedded import ILLUSTRATOR, TOKENS, load_controlnet
        from codirector.tools.openvino_engine import GRAPHS, Engine
        from codirector.tools.patch_decoder import load_patch_decoder

        torch.set_num_threads(threads)
        self.unet: Any = UNet2DConditionModel.from_pretrained(ILLUSTRATOR / "unet", dtype=torch.float32).eval()
        self.control: Any = load_controlnet(ILLUSTRATOR).eval()
        self.engine = Engine(self.unet, self.control, ILLUSTRATOR / GRAPHS, None, "", threads)
        self.decoder: Any = load_patch_decoder(ILLUSTRATOR / "vae")
        draw = torch.Generator().manual_seed(0)
        side = self.unet.config.sample_size
        self.sample = torch.randn(1, self.unet.config.in_channels, side, side, generator=draw)
        self.text = torch.randn(1, TOKENS, self.unet.config.cross_attention_dim, generator=draw)
        self.sketch = torch.rand(1, 3, 8 * side, 8 * side, generator=draw)
        self.hint = self.control.controlnet_cond_embedding(self.sketch).detach()
        self.matrix = torch.rand(SIDE, SIDE, generator=draw)

    def step(self) -> Any:
        """A step as the stock pipeline takes it, without the sketch's embedding, which torch repeats at every step and we do not."""
        import torch

        embedding = self.control.controlnet_cond_embedding
        self.control.controlnet_cond_embedding = torch.nn.Identity()
        try:
            return self._step(self.hint)
        finally:
            self.control.controlnet_cond_embedding = embedding

    def shipped(self) -> Any:
        """The same step, answered by our engine."""
        self.engine.attach()
        try:
            return self._step(self.sketch)
        finally:
            # Not `detach`, which forgets what was worked out for this sketch and text.
            for net in (self.unet, self.control):
                net.__dict__.pop("forward", None)

    def _step(self, sketch: Any) -> Any:
        import torch

        time = torch.tensor(500)
        with torch.no_grad():
            downs, middle = self.control(
                self.sample, time, self.text, controlnet_cond=sketch, conditioning_scale=1.5, return_dict=False
            )  # fmt: skip
            return self.unet(
                self.sample, time, self.text, down_block_additional_residuals=downs, mid_block_additional_residual=middle, return_dict=False
            )[0]

    def decode(self) -> Any:
        import torch

        with torch.no_grad():
            return self.decoder(self.sample)

    def operations(self) -> int:
        """Floating-point operations of a step."""
        from torch.utils.flop_counter import FlopCounterMode

        with FlopCounterMode(display=False) as counter:
            self.step()
        return counter.get_total_flops()

    def left_out(self) -> int:
        """Those of `operations` that our engine does not repeat at every step: the text's keys and values, the timestep's layers."""
        import torch
        from torch.utils.flop_counter import FlopCounterMode

        from codirector.tools.openvino_engine import keys_and_values, time_offsets

        with FlopCounterMode(display=False) as counter, torch.no_grad():
            keys_and_values(self.unet, self.text)
            for net in (self.unet, self.control):
                time_offsets(net, torch.tensor([500]))
        return counter.get_total_flops()

    def layers(self, rounds: int) -> list[tuple[str, int, float]]:
        """(kind of work, how many, milliseconds) in one step of our engine, the longest first."""
        import openvino

        from codirector.tools.openvino_engine import fill_in
        from codirector.tools.openvino_parts import PARTS

        found: dict[tuple[str, str], float] = {}
        for name in ("unet", "control"):
            which, part = PARTS[name]
            weights = openvino.Tensor(fill_in(self.engine._table(which), self.engine._nets[which].state_dict()))
            core = openvino.Core()
            model = part(core.read_model(self.engine._graph(which), weights), self.engine._whole[which])
            options = {"INFERENCE_NUM_THREADS": self.engine._threads, "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1}
            request = core.compile_model(model, "CPU", options | {"PERF_COUNT": True}).create_infer_request()
            for tensor in request.input_tensors:
                tensor.data[:] = 0.1
            for _ in range(rounds):
                request.infer()
                for layer in request.get_profiling_info():
                    # The least of all rounds, layer by layer: only wall time is told, and other programs take turns.
                    if spent := layer.real_time.total_seconds() * 1000:
                        key = (f"{which} {layer.node_type} {layer.exec_type}", layer.node_name)
                        found[key] = min(spent, found.get(key, spent))
        kinds: dict[str, list[float]] = defaultdict(list)
        for (kind, _), spent in found.items():
            kinds[kind].append(spent)
        return sorted(((kind, len(times), sum(times)) for kind, times in kinds.items()), key=lambda row: -row[2])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=1, help="1 as shipped")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--layers", action="store_true", help="where the engine's time goes")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    import openvino

    bench = Bench(arguments.threads)
    apart = float((bench.step() - bench.shipped()).abs().max())
    operations = bench.operations()
    matrix = bench.matrix
    works = {"torch": bench.step, "shipped": bench.shipped, "peak": lambda: matrix @ matrix, "decode": bench.decode}
    times = in_turn(works, arguments.rounds, arguments.threads)
    peak = 2 * SIDE**3 / times["peak"]["least"]
    share = {name: operations / times[name]["least"] / peak for name in ("torch", "shipped")}
    computed = (operations - bench.left_out()) / times["shipped"]["least"] / peak
    ratio = times["torch"]["least"] / times["shipped"]["least"]
    decode = times["decode"]["least"] / (times["decode"]["least"] + STEPS * times["shipped"]["least"])
    known = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    result = {
        "threads": arguments.threads, "engine": bench.engine.name, "gflop_a_step": operations / 1e9, "peak_gflops": peak / 1e9,
        "seconds": times, "ratio_to_torch": ratio, "share_of_peak": share, "share_computed": computed,
        "decode_share": decode, "largest_difference": apart,
    }  # fmt: skip
    print(json.dumps(result))
    print(f"{'':10}{'CPU ms':>10}{'median':>10}{'wall ms':>10}{'of peak':>10}")
    for name in ("torch", "shipped", "decode"):
        row = times[name]
        part = f"{share[name]:.0%}" if name in share else ""
        print(f"{name:10}{1000 * row['least']:10.1f}{1000 * row['median']:10.1f}{1000 * row['wall']:10.1f}{part:>10}")
    print(f"peak {peak / 1e9:.1f} GFLOP/s a thread ({SIDE} x {SIDE} product in float32), a step {operations / 1e9:.2f} GFLOP")
    print(f"without what is worked out once and not at every step, shipped: {computed:.0%} of the peak")
    print(f"a step against torch eager in float32: {ratio:.2f} times as fast; asked for at least {PEAK_SHARE:.0%} of the peak")
    for name, wanted in RATIOS.items():
        able = name.upper() in known if name == "bf16" else any("vnni" in line for line in _flags())
        print(f"  {name}: {wanted} times asked for; this CPU has {'' if able else 'no '}instructions for it")
    print(f"decoding: {decode:.1%} of {STEPS} steps and decoding (asked for at most {DECODE_SHARE:.0%})")
    if arguments.layers:
        for kind, count, milliseconds in bench.layers(arguments.rounds)[:14]:
            print(f"{milliseconds:8.2f} ms  {count:4}  {kind}")


def _flags() -> list[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return next((line.split() for line in lines if line.startswith("flags")), [])


if __name__ == "__main__":
    main()
