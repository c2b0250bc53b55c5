"""A film's cuts as an OpenTimelineIO file, which editors (DaVinci Resolve, Premiere by adapter, Kdenlive, Blender) import.

The film is one file; each shot is a clip of it, with its caption as a marker and what it was made from as metadata. A transition is
baked into the film; its middle is where the timeline cuts.
"""

from itertools import pairwise
from typing import Any


def timeline_json(name: str, url: str, fps: float, frames: int, shots: list[dict[str, Any]]) -> str:
    """OTIO JSON. `shots`: each with `start` and `frames` in the film, `name`, `caption` and JSON `metadata`. Shots that overlap (in a
    transition) are cut in the middle of the overlap, so that the clips cover the film once."""
    import opentimelineio as otio

    def time(count: float) -> Any:
        return otio.opentime.RationalTime(count, fps)

    timeline = otio.schema.Timeline(name=name, global_start_time=time(0))
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    cuts = [0]
    for shot, following in pairwise(shots):
        cuts.append((shot["start"] + shot["frames"] + following["start"]) // 2)
    cuts.append(frames)
    for number, shot in enumerate(shots):
        media = otio.schema.ExternalReference(
            target_url=url, available_range=otio.opentime.TimeRange(time(0), time(frames)),
        )  # fmt: skip
        span = otio.opentime.TimeRange(time(cuts[number]), time(cuts[number + 1] - cuts[number]))
        clip = otio.schema.Clip(name=shot["name"], media_reference=media, source_range=span, metadata={"codirector": shot["metadata"]})
        if shot["caption"]:
            clip.markers.append(otio.schema.Marker(name=shot["caption"], marked_range=otio.opentime.TimeRange(span.start_time, time(1))))
        track.append(clip)
    return timeline.to_json_string(indent=1)
