"""The denoiser, its ControlNet, the frozen text encoder and the noise schedule: shapes and the loss, nothing else.

Does not know scenes, files of a run or processes.
"""

from __future__ import annotations

import torch
from diffusers.models.controlnets.controlnet import ControlNetConditioningEmbedding, ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler
from torch import nn

CHANNELS = (96, 192, 256)
LATENTS = 24
TOKENS = 64
TIMESTEPS = 1000


def build_unet() -> UNet2DConditionModel:
    """Attention to the text at the 8 x 8 and 4 x 4 levels only: at 16 x 16 it nearly doubled the time of a step (see LOG.md)."""
    return UNet2DConditionModel(
        sample_size=16,
        in_channels=LATENTS,
        out_channels=LATENTS,
        block_out_channels=CHANNELS,
        layers_per_block=1,
        cross_attention_dim=384,
        attention_head_dim=4,
        norm_num_groups=32,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    )


def build_controlnet() -> ControlNetModel:
    """Small and deaf to the text. Its "zero" convolutions do not start at zero: it trains together with the UNet from the start."""
    control = ControlNetModel(
        in_channels=LATENTS,
        block_out_channels=CHANNELS,
        layers_per_block=1,
        cross_attention_dim=384,
        norm_num_groups=32,
        down_block_types=("DownBlock2D",) * 3,
        mid_block_type="UNetMidBlock2D",
        conditioning_embedding_out_channels=(8, 16, 48, 96),
    )
    write_patch_code(control.controlnet_cond_embedding)
    for conv in (*control.controlnet_down_blocks, control.controlnet_mid_block):
        assert isinstance(conv, nn.Conv2d)
        nn.init.normal_(conv.weight, std=0.5 / conv.in_channels**0.5)
    return control


@torch.no_grad()
def write_patch_code(hint: ControlNetConditioningEmbedding, lift: float = 5.0) -> None:
    """Start the hint embedding as a linear patch code: 8 x 8 pixels folded to 48 x (2 x 2) numbers and mixed to 96, nothing lost early.

    SiLU is nearly the identity on numbers around `lift`, so each layer's bias lifts its channels there and the next takes it away.
    With the usual random start the sketch's details are scrambled eight times before the denoiser sees them.
    """
    layers = [each for each in hint.modules() if isinstance(each, nn.Conv2d)]
    lifted = 0.0
    for number, conv in enumerate(layers):
        conv.weight.mul_(0.05)
        width = conv.weight.shape[1]
        if conv.stride == (2, 2) and conv.weight.shape[0] >= 2 * width and number < len(layers) - 2:
            kept = conv.weight.shape[0] // 4
            for dy in (0, 1):
                for dx in (0, 1):
                    for channel in range(kept):
                        conv.weight[(2 * dy + dx) * kept + channel, channel, 1 + dy, 1 + dx] += 1
        elif conv.stride == (2, 2):
            nn.init.orthogonal_(mix := torch.empty(conv.weight.shape[0], 4 * width), gain=3.0)
            conv.weight[:, :, 1:, 1:] += mix.reshape(-1, width, 2, 2)
        else:
            for channel in range(min(conv.weight.shape[:2])):
                conv.weight[channel, channel, 1, 1] += 1
        inside = conv.weight.sum(dim=(1, 2, 3)) * lifted
        lifted = 0.0 if conv is hint.conv_out else lift
        assert conv.bias is not None
        conv.bias.copy_(lifted - inside - (0.5 * conv.weight.sum(dim=(1, 2, 3)) if conv is hint.conv_in else 0))


def build_scheduler() -> DPMSolverMultistepScheduler:
    return DPMSolverMultistepScheduler(
        num_train_timesteps=TIMESTEPS, prediction_type="flow_prediction", use_flow_sigmas=True, steps_offset=1
    )


def sample_sigmas(number: int, generator: torch.Generator | None = None) -> torch.Tensor:
    """Logit-normal noise levels within what the scheduler visits (0.001..0.999)."""
    return torch.sigmoid(torch.randn(number, generator=generator) * 1.1 + 0.1).clamp(0.001, 0.999)


def timesteps_of(sigmas: torch.Tensor) -> torch.Tensor:
    """What the scheduler hands to the UNet for a sigma: it cuts sigma * 1000 down to a whole number."""
    return (sigmas * TIMESTEPS).long()


def flow_loss(
    unet: nn.Module,
    control: nn.Module,
    latents: torch.Tensor,
    texts: torch.Tensor,
    sketches: torch.Tensor,
    guided: int,
    generator: torch.Generator | None = None,
    weights: torch.Tensor | None = None,
    attention: torch.Tensor | None = None,
) -> torch.Tensor:
    """Rectified flow: predict noise - latents. The first `guided` samples see their sketch, the others no ControlNet at all.
    `weights` [LATENTS]: what an error of each latent channel counts (see `codec.pixel_weights`); `attention` [n, h, w]: what one
    counts in each cell (see `batches.cell_weights`); None: all alike."""
    noise = torch.randn(latents.shape, generator=generator).to(latents.device)
    sigmas = sample_sigmas(len(latents), generator).to(latents.device)
    level = sigmas[:, None, None, None]
    noisy = (1 - level) * latents + level * noise
    steps = timesteps_of(sigmas)
    downs = middle = None
    if guided:
        downs, middle = control(noisy[:guided], steps[:guided], texts[:guided], controlnet_cond=sketches[:guided], return_dict=False)
        rest = len(latents) - guided
        if rest:
            downs = [torch.cat([each, each.new_zeros(rest, *each.shape[1:])]) for each in downs]
            middle = torch.cat([middle, middle.new_zeros(rest, *middle.shape[1:])])
    flow = unet(noisy, steps, texts, down_block_additional_residuals=downs, mid_block_additional_residual=middle).sample
    error = (flow.float() - (noise - latents)).square()
    if weights is not None:
        error = error * weights[:, None, None]
    return (error if attention is None else error * attention[:, None]).mean()
