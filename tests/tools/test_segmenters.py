"""Segmenters through transformers' own classes, tiny and with random weights: the path runs from words to a mask of the picture's size.
What such networks find means nothing, so no test asks where it lies."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from codirector.errors import InputError
from codirector.tools import segmenters
from codirector.tools.editing import select
from codirector.tools.segmenters import ClipSeg, GroundedSam

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
PICTURE = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)


def made(name: str):
    """A tokenizer of a few words, and how many pieces it has: see `conftest`."""
    spec = importlib.util.spec_from_file_location("tokenizers_here", Path(__file__).with_name("conftest.py"))
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return getattr(module, name)


@pytest.fixture(scope="module")
def clipseg(tmp_path_factory) -> Path:
    from transformers import CLIPSegConfig, CLIPSegForImageSegmentation, CLIPSegProcessor, ViTImageProcessor

    folder = tmp_path_factory.mktemp("clipseg")
    tokenizer, size = made("clip_tokenizer")()
    layers = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "projection_dim": 16}
    ends = {"bos_token_id": size - 2, "eos_token_id": size - 1, "pad_token_id": size - 1}
    config = CLIPSegConfig(
        text_config=layers | {"vocab_size": size} | ends, vision_config=layers | {"image_size": 32, "patch_size": 8},
        projection_dim=16, extract_layers=[0, 1], reduce_dim=8, decoder_num_attention_heads=2, decoder_intermediate_size=16,
        conditional_layer=0,
    )  # fmt: skip
    torch.manual_seed(0)
    CLIPSegForImageSegmentation(config).save_pretrained(folder)
    CLIPSegProcessor(ViTImageProcessor(size={"height": 32, "width": 32}), tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def dino(tmp_path_factory) -> Path:
    from transformers import BertConfig, GroundingDinoConfig, GroundingDinoForObjectDetection, SwinConfig
    from transformers import GroundingDinoImageProcessor as Prepare
    from transformers import GroundingDinoProcessor as Processor

    folder = tmp_path_factory.mktemp("dino")
    tokenizer, size = made("bert_tokenizer")(64)
    backbone = SwinConfig(
        image_size=64, embed_dim=8, depths=[1, 1, 1, 1], num_heads=[1, 1, 2, 2], window_size=2, patch_size=4,
        out_features=["stage2", "stage3", "stage4"],
    )  # fmt: skip
    text = BertConfig(
        vocab_size=size, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, max_position_embeddings=64
    )
    config = GroundingDinoConfig(
        backbone_config=backbone.to_dict(), text_config=text.to_dict(), num_queries=8, encoder_layers=1, decoder_layers=2, d_model=32,
        encoder_ffn_dim=16, decoder_ffn_dim=16, encoder_attention_heads=2, decoder_attention_heads=2, max_text_len=32,
        encoder_n_points=2, decoder_n_points=2,
    )  # fmt: skip
    torch.manual_seed(0)
    GroundingDinoForObjectDetection(config).save_pretrained(folder)
    Processor(Prepare(size={"shortest_edge": 64, "longest_edge": 96}), tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def sam(tmp_path_factory) -> Path:
    from transformers import SamConfig, SamImageProcessor, SamModel, SamProcessor

    folder = tmp_path_factory.mktemp("sam")
    sizes = {"hidden_size": 16, "image_size": 64, "patch_size": 8}
    config = SamConfig(
        vision_config={
            "hidden_size": 16, "output_channels": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 64, "patch_size": 8,
            "window_size": 4, "global_attn_indexes": [1], "num_pos_feats": 8, "mlp_dim": 32,
        },
        prompt_encoder_config=sizes | {"mask_input_channels": 4},
        mask_decoder_config={"hidden_size": 16, "mlp_dim": 16, "num_attention_heads": 2, "iou_head_hidden_dim": 16},
    )  # fmt: skip
    torch.manual_seed(0)
    SamModel(config).save_pretrained(folder)
    prepare = SamImageProcessor(
        size={"longest_edge": 64}, pad_size={"height": 64, "width": 64}, mask_size={"longest_edge": 32},
        mask_pad_size={"height": 32, "width": 32},
    )  # fmt: skip
    SamProcessor(prepare).save_pretrained(folder)
    return folder


def check(mask: np.ndarray) -> None:
    assert mask.shape == PICTURE.shape[:2] and mask.dtype == np.uint8
    assert set(np.unique(mask)) <= {0, 255} and mask.any()


def test_clipseg_makes_a_mask_of_the_pictures_size(clipseg):
    segmenter = ClipSeg(str(clipseg))
    mask = segmenter.select(PICTURE, "red fox")
    check(mask)
    assert np.array_equal(mask, segmenter.select(PICTURE, "red fox"))


def test_grounding_dino_and_sam_make_a_mask_of_the_pictures_size(dino, sam):
    check(GroundedSam(str(dino), str(sam)).select(PICTURE, "red fox"))


def test_a_detector_that_finds_nothing_says_so(dino, sam):
    segmenter = GroundedSam(str(dino), str(sam))
    with torch.no_grad():
        for layer in segmenter._finder.bbox_embed.parameters():
            layer.zero_()
    for head in segmenter._finder.class_embed:
        head.register_forward_hook(lambda module, given, result: torch.full_like(result, -20.0))
    with pytest.raises(InputError, match="cannot find “red fox”"):
        segmenter.select(PICTURE, "red fox")


def test_a_region_named_in_words_goes_to_the_segmenter_that_is_here(clipseg, monkeypatch):
    monkeypatch.setattr(segmenters, "CLIPSEG", (str(clipseg),))
    monkeypatch.setattr(segmenters, "_here", lambda name: (Path(name) / "config.json").is_file())
    segmenters._load_clipseg.cache_clear()
    mask, how = select(PICTURE, "abc thing")
    check(mask)
    assert how.startswith("CLIPSeg")
    segmenters._load_clipseg.cache_clear()
