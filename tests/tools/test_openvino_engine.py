"""The compiled networks: the same answers as torch's, kept on disk, and left alone where somebody looks into the network."""

import io
import os
from pathlib import Path

import pytest

from codirector.errors import InputError
from codirector.tools.embedded import ILLUSTRATOR, load_controlnet
from codirector.tools.openvino_engine import GRAPHS, Engine, fill_in, keep, reads_no_text, residual_shapes

torch = pytest.importorskip("torch")
pytest.importorskip("openvino")
TOLERANCE = 2e-4
"""Half the smallest step of an 8-bit picture, in latents of about unit size."""


@pytest.fixture(scope="module")
def nets():
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

    return UNet2DConditionModel.from_pretrained(ILLUSTRATOR / "unet", dtype=torch.float32).eval(), load_controlnet().eval()


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("networks")


@pytest.fixture(scope="module")
def engine(nets, kept):
    return Engine(*nets, ILLUSTRATOR / GRAPHS, kept, "weights", 1)


@pytest.fixture
def attached(engine):
    engine.attach()
    yield engine
    engine.detach()


def inputs(count: int = 1, side: int = 16, seed: int = 0):
    draw = torch.Generator().manual_seed(seed)
    sample = torch.randn(1, 24, side, side, generator=draw).repeat(count, 1, 1, 1)
    return sample, torch.tensor(500), torch.randn(count, 64, 384, generator=draw), torch.rand(count, 3, 8 * side, 8 * side, generator=draw)


def step(nets, count: int = 1, side: int = 16, seed: int = 0):
    unet, control = nets
    sample, time, text, sketch = inputs(count, side, seed)
    with torch.no_grad():
        downs, middle = control(sample, time, text, controlnet_cond=sketch, conditioning_scale=2.0, return_dict=False)
        return unet(
            sample, time, encoder_hidden_states=text, down_block_additional_residuals=downs, mid_block_additional_residual=middle
        ).sample


@pytest.mark.parametrize(("count", "side"), [(1, 16), (2, 16), (3, 8)])
def test_a_step_is_what_torch_makes_of_it(nets, engine, count, side):
    reference = step(nets, count, side)
    engine.attach()
    try:
        ours = step(nets, count, side)
    finally:
        engine.detach()
    assert not torch.equal(ours, reference), "torch answered: the compiled network was never asked"
    assert float((ours - reference).abs().max()) < TOLERANCE


def test_a_whole_picture_has_a_network_of_its_own_and_every_other_shape_shares_one(nets, kept):
    engine = Engine(*nets, ILLUSTRATOR / GRAPHS, kept, "weights", 1)
    engine.attach()
    try:
        step(nets)
        assert set(engine._requests) == {"unet", "control"}
        step(nets, count=2, side=8)
        assert set(engine._requests) == {"unet", "control", "unet_any", "control_any"}
    finally:
        engine.detach()


def test_text_and_timestep_are_worked_out_once_and_anew_when_they_change(nets, attached):
    unet, _ = nets
    sample, time, text, _ = inputs()
    other = inputs(seed=1)[2]
    with torch.no_grad():
        first = unet(sample, time, text).sample
        known = attached._text
        assert torch.equal(unet(sample, time, text.clone()).sample, first) and attached._text is known
        assert float((unet(sample, time, other).sample - first).abs().max()) > 100 * TOLERANCE
        assert float((unet(sample, torch.tensor(900), text).sample - first).abs().max()) > 100 * TOLERANCE
        assert torch.equal(unet(sample, time, text).sample, first)
        both = unet(sample.repeat(2, 1, 1, 1), torch.tensor([500, 900]), text.repeat(2, 1, 1)).sample
    assert float((both[:1] - first).abs().max()) < TOLERANCE and float((both[1:] - first).abs().max()) > 100 * TOLERANCE


def test_without_a_sketch_too(nets, engine):
    reference = plain_step(nets)
    engine.attach()
    try:
        assert float((plain_step(nets) - reference).abs().max()) < TOLERANCE
    finally:
        engine.detach()


def test_the_same_bits_every_time_and_from_the_kept_file(nets, attached, kept):
    first = step(nets)
    assert torch.equal(first, step(nets))
    attached.detach()
    again = Engine(*nets, ILLUSTRATOR / GRAPHS, kept, "weights", 1)
    again.attach()
    try:
        assert torch.equal(first, step(nets))
    finally:
        again.detach()


def plain_step(nets):
    sample, time, text, _ = inputs()
    with torch.no_grad():
        return nets[0](sample, time, text, return_dict=False)[0]


def at(nets, time: int, seed: int = 0):
    unet, control = nets
    sample, _, text, sketch = inputs(seed=seed)
    with torch.no_grad():
        downs, middle = control(sample, torch.tensor(time), text, controlnet_cond=sketch, conditioning_scale=1.5, return_dict=False)
        return unet(
            sample, torch.tensor(time), text, down_block_additional_residuals=downs, mid_block_additional_residual=middle, return_dict=False
        )[0]


def test_a_shallow_step_is_torchs_with_the_deep_features_of_the_step_before(nets, engine):
    kept = {}
    watch = nets[0].up_blocks[-2].register_forward_hook(lambda module, given, result: kept.setdefault("deep", result))
    wanted = [at(nets, 440), at(nets, 300)]
    watch.remove()
    plain = at(nets, 300)
    engine.attach()
    try:
        with engine.reusing(2) as reuse:
            found = [at(nets, time) for time in (440, 300, 200)]
    finally:
        engine.detach()
    for ours, reference in zip(found, wanted, strict=False):
        assert float((ours - reference).abs().max()) < TOLERANCE
    assert float((found[1] - plain).abs().max()) > 100 * TOLERANCE, "nothing was reused"
    assert (reuse.step, reuse.whole) == (3, 2)


def test_nothing_is_reused_in_another_run(nets, attached):
    before = at(nets, 300)
    with attached.reusing(9):
        at(nets, 440, seed=1)
        at(nets, 300, seed=1)
    assert torch.equal(at(nets, 300), before)
    with attached.reusing(9):
        assert float((at(nets, 300) - before).abs().max()) < TOLERANCE


def test_who_looks_into_the_network_gets_torch(nets, engine):
    reference = plain_step(nets)
    seen = []
    engine.attach()
    watch = nets[0].mid_block.register_forward_hook(lambda module, given, result: seen.append(result))
    try:
        assert torch.equal(plain_step(nets), reference) and seen
    finally:
        watch.remove()
        engine.detach()


def test_other_attention_processors_get_torch(nets, engine):
    from diffusers.models.attention_processor import AttnProcessor

    before = nets[0].attn_processors
    nets[0].set_attn_processor(AttnProcessor())
    reference = plain_step(nets)
    engine.attach()
    try:
        assert torch.equal(plain_step(nets), reference)
    finally:
        engine.detach()
        nets[0].set_attn_processor(before)


def test_a_damaged_kept_file_is_made_anew(nets, engine, kept, tmp_path):
    (file,) = kept.glob("unet-*.blob")
    cut = tmp_path / file.name
    cut.write_bytes(file.read_bytes()[:1000])
    Engine(nets[0], None, ILLUSTRATOR / GRAPHS, tmp_path, "weights", 1)
    assert cut.stat().st_size > file.stat().st_size // 2


def test_networks_of_earlier_weights_are_cleared_away(tmp_path):
    for number, name in enumerate(("unet-a.blob", "unet-b.blob", "control-a.blob", "unet-c.blob")):
        keep(tmp_path / name, io.BytesIO(b"x"))
        os.utime(tmp_path / name, (number, number))
    keep(tmp_path / "unet-d.blob", io.BytesIO(b"x"))
    assert {path.name for path in tmp_path.iterdir()} == {"control-a.blob", "unet-c.blob", "unet-d.blob"}


def test_weights_that_the_graph_needs_and_the_network_lacks_are_said():
    with pytest.raises(KeyError, match="no such weight"):
        fill_in({"bytes": 4, "parts": [(0, "no such weight")], "literals": []}, {})


def test_a_graph_of_another_network_is_refused(nets, tmp_path):
    graphs = tmp_path / GRAPHS
    graphs.mkdir()
    for name in ("unet.xml.gz", "unet.json"):
        (graphs / name).write_bytes((ILLUSTRATOR / GRAPHS / name.replace("unet", "control")).read_bytes())
    with pytest.raises(InputError, match="CODIRECTOR_ENGINE=torch"):
        Engine(nets[0], None, graphs, None, "x", 1)


def test_shapes_of_the_residuals_are_those_the_controlnet_gives(nets):
    unet, control = nets
    sample, time, text, sketch = inputs()
    with torch.no_grad():
        downs, middle = control(sample, time, text, controlnet_cond=sketch, return_dict=False)
    assert tuple((each.shape[1], 16 // each.shape[2]) for each in (*downs, middle)) == residual_shapes(unet)
    assert reads_no_text(control) and not reads_no_text(unet)
