"""A decoder for the embedded model's linear patch code that knows where inside a patch a pixel lies.

The stock decoder of `AutoencoderTiny` enlarges by repeating pixels, so it can tell a patch's left half from its right half only
by looking at the neighbours; from a patch code that costs several dB (see training/illustrator/LOG.md). This one unfolds the code
linearly, which is exact up to what the code has dropped, and adds what a few small convolutions know about seams. It takes the
place of `vae.decoder`; the stock decoder stays in the folder for those who load it without us. It does not know how the code was made.
"""

from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle, relu

FILE = "patch_decoder.safetensors"
PATCH = 8


class PatchDecoder(nn.Module):
    """[n, latents, h, w] as the autoencoder's encoder gives them -> [n, 3, 8 h, 8 w] in -1..1."""

    def __init__(self, latents: int = 24) -> None:
        super().__init__()
        self.unfold = nn.Conv2d(latents, 3 * PATCH * PATCH, 1)
        self.look = nn.Conv2d(latents, 128, 3, padding=1)
        self.grow = nn.Conv2d(32, 64, 3, padding=1)
        self.mix = nn.Conv2d(16 + 12, 32, 3, padding=1)
        self.smooth = nn.Conv2d(32, 32, 3, padding=1)
        self.mend = nn.Conv2d(32, 12, 3, padding=1)
        for parameter in self.mend.parameters():
            nn.init.zeros_(parameter)

    def forward(self, code: torch.Tensor) -> torch.Tensor:
        plain = pixel_shuffle(self.unfold(code), PATCH)
        context = pixel_shuffle(relu(self.look(code)), 2)
        context = pixel_shuffle(relu(self.grow(context)), 2)
        hidden = relu(self.mix(torch.cat([context, pixel_unshuffle(plain, 2)], dim=1)))
        hidden = relu(self.smooth(hidden))
        return (plain + pixel_shuffle(self.mend(hidden), 2)).mul(2).sub(1)


def load_patch_decoder(folder: Path) -> PatchDecoder | None:
    """The decoder kept beside an autoencoder's weights in `folder`, in float32 and ready; None where there is none."""
    from safetensors.torch import load_file

    if not (folder / FILE).is_file():
        return None
    state = {name: value.float() for name, value in load_file(folder / FILE).items()}
    decoder = PatchDecoder(state["unfold.weight"].shape[1])
    decoder.load_state_dict(state)
    return decoder.eval().requires_grad_(False)
