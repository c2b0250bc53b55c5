"""What a scene asks of a model, as words of the catalogue: the bridge between the structured prompt and the model catalogue. Pure."""

import re

from codirector.prompts.scene import Scene

_STYLES = (
    (r"photo|realis|dslr|35 ?mm|portrait photography|film still", "photo"),
    (r"cinema|movie", "cinematic"),
    (r"anime|manga|ghibli|cel shad", "anime"),
    (r"3d|render", "3d"),
    (r"cartoon", "cartoon"),
    (r"flat|vector", "flat"),
    (r"\bink\b|line art", "ink"),
    (r"oil|watercolou?r|gouache|acrylic|paint|impression", "painting"),
    (r"illustration|comic|storybook|pencil|sketch", "illustration"),
    (r"fantasy|dragon|elf|wizard|myth", "fantasy"),
)
_SUBJECTS = (
    (r"poster|book cover|album cover|flyer", "poster"),
    (r"portrait|headshot|close-up of (?:a|an) (?:man|woman|girl|boy|person)", "portrait"),
    (r"\b(?:wom[ae]n|m[ae]n|girls?|boys?|people|person|sailor|child(?:ren)?|couple|king|queen|knight|dancer)\b", "people"),
    (r"product|bottle|perfume|packshot", "product"),
    (r"building|house|interior|architecture|skyscraper|cathedral", "architecture"),
    (r"landscape|mountains?|valley|coast|meadow|panorama", "landscape"),
)
_LETTERING = re.compile(r"\b(?:says|reads|saying|reading|titled?|lettering|caption|the words?)\b|[\"“][^\"”]+[\"”]", re.IGNORECASE)


def needs_of(scene: Scene, words: str = "") -> tuple[str, ...]:
    """Words of the catalogue's `best` that the scene calls for, each once. `words` is the message it came from, where there is one: it may
    name what a scene has no field for (a poster). A scene that moves calls for a film model."""
    said = " ".join(
        [
            words, scene.style, scene.medium, scene.action, scene.setting, scene.camera, scene.composition, *scene.details,
            *(f"{one.name} {one.material}" for one in scene.elements),
        ]
    ).casefold()  # fmt: skip
    found = [need for pattern, need in (*_STYLES, *_SUBJECTS) if re.search(pattern, said)]
    if _LETTERING.search(words) or any(one.text for one in scene.elements):
        found.append("lettering")
    if scene.motion is not None:
        found.append("film")
    return tuple(dict.fromkeys(found))
