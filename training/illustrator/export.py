"""Export: a checkpoint becomes an ordinary diffusers folder, in half precision and in files of at most 15 MB.

Knows the run's files and the folder's form. Does not know how the weights came to be. `python -m training.illustrator.export`
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

from codirector.tools.embedded import ILLUSTRATOR, load_text
from codirector.tools.patch_decoder import FILE
from codirector.tools.sketch import COLOUR_SYNONYMS, COLOURS, Atlas
from codirector.tools.sketch_styles import STYLE_DRAWINGS
from training.illustrator.art import ATLAS
from training.illustrator.captions import FRAMING_WORDS, PLACE_WORDS, SETTING_WORDS, STYLE_WORDS, TIME_WORDS
from training.illustrator.codec import paint_pictures
from training.illustrator.model import build_controlnet, build_scheduler, build_unet
from training.illustrator.stock_decoder import codes_of, rewritten
from training.illustrator.train import RUNS
from training.illustrator.world import ALL_THINGS, FRAMINGS, PLAIN_COLOURS

SHARD = "14MB"
INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.42.1",
    "feature_extractor": [None, None],
    "image_encoder": [None, None],
    "requires_safety_checker": False,
    "safety_checker": [None, None],
    "scheduler": ["diffusers", "DPMSolverMultistepScheduler"],
    "text_encoder": ["transformers", "BertModel"],
    "tokenizer": ["transformers", "BertTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderTiny"],
}


def load_average(path: Path):
    """-> (unet, controlnet, progress) with the moving average of the weights."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    unet, control = build_unet(), build_controlnet()
    for parameter, average in zip([*unet.parameters(), *control.parameters()], state["average"], strict=True):
        parameter.data.copy_(average)
    return unet.eval(), control.eval(), state["progress"]


def world() -> dict:
    """What the model was shown, for whoever must say what lies outside of it."""
    return {
        "things": {thing.name: {"plural": thing.plural, "synonyms": list(thing.synonyms), "floats": thing.floats} for thing in ALL_THINGS},
        "styles": {style: {"words": list(dict.fromkeys(words)), "drawing": STYLE_DRAWINGS[style]} for style, words in STYLE_WORDS.items()},
        "settings": {"plain": [f"plain {colour} background" for colour in PLAIN_COLOURS]}
        | {setting: list(dict.fromkeys(words)) for setting, words in SETTING_WORDS.items()},
        "times": {time: list(dict.fromkeys(words)) for time, words in TIME_WORDS.items()},
        "framings": {
            framing: {"words": list(dict.fromkeys(FRAMING_WORDS[framing])), "side": list(sides)} for framing, sides in FRAMINGS.items()
        },
        "placements": {place: list(dict.fromkeys(words)) for place, words in PLACE_WORDS.items()},
        "colours": {colour: [word for word, plain in COLOUR_SYNONYMS.items() if plain == colour] for colour in COLOURS},
        "plain_colours": list(PLAIN_COLOURS),
        "counts": [1, 2, 3],
        "different_things": 2,
        "size": 128,
        "steps": 8,
        "sampler": "DPM++ 2M SDE",
        "guidance": 1.0,
        "sketch_scale": 1.5,
        "caption_order": "[elements], [setting], [style], [time], [framing]",
    }


def export(checkpoint: Path, vae_folder: Path, folder: Path) -> dict:
    """Write the parts beside the folder, then swap each part in: a reader sees the old or the new one."""
    unet, control, progress = load_average(checkpoint)
    vae = AutoencoderTiny.from_pretrained(vae_folder)
    if (vae_folder / FILE).is_file():
        # For programs that load the folder without us: the stock decoder as the linear map, see stock_decoder.py.
        vae = rewritten(vae_folder, codes_of(vae, paint_pictures(64, 7, Atlas.load(ATLAS)).float() / 255))
    part = folder.parent / f".{folder.name}.part"
    shutil.rmtree(part, ignore_errors=True)
    unet.half().save_pretrained(part / "unet", max_shard_size=SHARD)
    control.half().save_pretrained(part / "controlnet", max_shard_size=SHARD)
    vae.half().save_pretrained(part / "vae", max_shard_size=SHARD)
    if (vae_folder / FILE).is_file():
        shutil.copyfile(vae_folder / FILE, part / "vae" / FILE)
    build_scheduler().save_pretrained(part / "scheduler")
    encoder, tokenizer = load_text()
    tokenizer.save_pretrained(part / "tokenizer")
    (part / "text_encoder").mkdir()
    encoder.config.save_pretrained(part / "text_encoder")
    (part / "model_index.json").write_text(json.dumps(INDEX, indent=2) + "\n")
    (part / "world.json").write_text(json.dumps(world() | {"trained": progress}, indent=1) + "\n")
    folder.mkdir(parents=True, exist_ok=True)
    for made in part.iterdir():
        place, old = folder / made.name, folder.parent / f".{folder.name}.old"
        shutil.rmtree(old, ignore_errors=True)
        if place.is_dir():
            place.replace(old)
        made.replace(place)
        shutil.rmtree(old, ignore_errors=True)
    part.rmdir()
    return progress


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=RUNS / "last.pt")
    parser.add_argument("--vae", type=Path, default=RUNS / "vae")
    parser.add_argument("--out", type=Path, default=ILLUSTRATOR)
    arguments = parser.parse_args()
    print(json.dumps(export(arguments.checkpoint, arguments.vae, arguments.out)))


if __name__ == "__main__":
    main()
