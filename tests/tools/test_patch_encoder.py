"""The patch code as one convolution, against the stock encoder it is read from."""

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

from codirector.tools.embedded import ILLUSTRATOR
from codirector.tools.patch_encoder import as_one_convolution


@torch.no_grad()
def test_it_gives_what_the_stock_encoder_gives() -> None:
    vae = AutoencoderTiny.from_pretrained(ILLUSTRATOR / "vae").float().eval()
    fast = as_one_convolution(vae.encoder)
    assert fast is not None
    pictures = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(3)) * 2 - 1
    assert torch.allclose(fast(pictures), vae.encoder(pictures), atol=1e-5)


def test_an_encoder_that_looks_beyond_its_patch_is_left_alone() -> None:
    torch.manual_seed(0)
    vae = AutoencoderTiny(
        encoder_block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 8, 8, 8), num_encoder_blocks=(1, 1, 1, 1),
        num_decoder_blocks=(1, 1, 1, 1),
    )  # fmt: skip
    assert as_one_convolution(vae.encoder) is None
