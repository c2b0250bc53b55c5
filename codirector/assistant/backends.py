"""Which backends this process has, made from the settings."""

from codirector.assistant.settings import Settings
from codirector.tools.device import DeviceChoice, choose_device, usable_cores
from codirector.tools.registry import Registry, standard_registry


def device_of(settings: Settings) -> DeviceChoice:
    """Where pictures are made. Raises Unsupported when the device that is asked for is not there."""
    # One core stays free for the page and the planner; on two cores a second thread made a step no faster and, beside another busy
    # process, up to 35 times slower.
    chosen = choose_device("" if settings.device == "auto" else settings.device, settings.threads or max(1, usable_cores() - 1))
    return chosen.evolve(engine=settings.engine, kept=str(settings.home / "cache" / "networks"))


def make_registry(settings: Settings) -> Registry:
    """The embedded models, the local hub cache, folders and files, the upscaler, and chat models that read pictures. Nothing is loaded
    yet."""
    from codirector.assistant.planner.vision import ChatReader

    return standard_registry(settings.models, device_of(settings), settings.home / "films", (ChatReader(),))
