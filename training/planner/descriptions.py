"""Pictures described from nothing, with their parts tagged: from 'a cat' to a long list of tags.

It does not know wishes (see `examples`).
"""

from codirector.prompts.words import plural, with_article
from training.planner.grammar import Piece
from training.planner.situations import Situation, Thing


def description(situation: Situation) -> list[Piece]:
    """A picture described from nothing: from 'a cat' to a long list of tags."""
    rng, value = situation.rng, situation.value
    if rng.random() < 0.22:
        return _tags(situation)
    pieces: list[Piece] = []

    def say(text: str, tag: str = "") -> None:
        pieces.append(Piece(text, tag))

    if rng.random() < 0.12:
        say(rng.choice(("a ", "an ", "")))
        say(value("style"), "STY")
        say(
            rng.choice(
                (" of ", " painting of ", " drawing of ", " picture of ", " illustration of ", " portrait of ", " style picture of ")
            )
        )
    elif rng.random() < 0.1:
        say(value("camera"), "CAM")
        say(rng.choice((" of ", " of ", ": ")))
    elif rng.random() < 0.1:
        say(rng.choice(("a picture of ", "an image of ", "a scene with ", "something with ", "there is ", "imagine ")))
    thing = situation.thing()
    say(_np(situation, thing), "EL")
    if rng.random() < 0.12:
        say(rng.choice((" with ", " wearing ", " in ", " and ")))
        say(with_article(situation.described(value("wearable"))), "DET")
    if rng.random() < 0.45:
        say(rng.choice((" ", " ", ", ", " who is ", " that is ")) if thing.sort != "thing" else " ")
        if rng.random() < 0.35:
            say(
                value("pose")
                if thing.sort != "thing"
                else rng.choice(("burning", "floating", "glowing", "covered in ivy", "standing", "leaning", "broken", "hanging")),
                "ACT",
            )
        else:
            say(
                rng.choice(
                    (
                        "chasing",
                        "looking at",
                        "playing chess with",
                        "riding",
                        "holding",
                        "watching",
                        "fighting",
                        "dancing with",
                        "hugging",
                        "reading to",
                        "feeding",
                        "carrying",
                        "talking to",
                        "running from",
                        "sitting on",
                        "playing with",
                        "painting",
                        "cooking with",
                    )
                ),
                "ACT_",
            )
            pieces[-1] = Piece(f"{pieces[-1].text} {_np(situation, situation.thing())}", "ACT")
    if rng.random() < 0.15:
        say(" ")
        say(f"{value('relation')} {_np(situation, situation.thing())}", "P")
    if rng.random() < 0.3:
        say(rng.choice((" and ", ", ", " with ", " next to ", " and ")))
        say(_np(situation, situation.thing()), "EL")
        if rng.random() < 0.2:
            say(" ")
            say(value("spot"), "P")
    if rng.random() < 0.6:
        say(rng.choice((" ", " ", ", ")))
        say(value("place"), "SET")
    if rng.random() < 0.4:
        say(rng.choice((" at ", " at ", ", ", " by ", ", with ", " in ")))
        say(value("light"), "LIG")
    for chance, name, tag in (
        (0.35, "style", "STY"),
        (0.15, "mood", "MOO"),
        (0.15, "camera", "CAM"),
        (0.06, "composition", "COM"),
        (0.12, "detail", "DET"),
    ):
        if rng.random() < chance:
            before, after = (
                rng.choice((("", ""), ("", ""), ("in ", " style"), ("as ", ""), ("in the style of ", "")))
                if tag == "STY"
                else rng.choice((("", ""), ("", " mood"), ("a ", " atmosphere")))
                if tag == "MOO"
                else ("", "")
            )
            say(", " + before)
            say(value(name), tag)
            say(after)
    if rng.random() < 0.06:
        say(rng.choice((", no ", ", without ", ", but no ")))
        say(value("bad"), "AVO")
    return [piece for piece in pieces if piece.text]


def _np(situation: Situation, thing: Thing) -> str:
    rng = situation.rng
    name = situation.described(thing.name)
    if rng.random() < 0.15:
        return f"{rng.choice(('two', 'three', 'several', 'four', 'some'))} {plural(name)}"
    return rng.choice(("the ", "my ", "")) + name if rng.random() < 0.12 else with_article(name)


def _tags(situation: Situation) -> list[Piece]:
    rng, value = situation.rng, situation.value
    pieces: list[Piece] = []

    def say(text: str, tag: str) -> None:
        if pieces:
            pieces.append(Piece(", "))
        pieces.append(Piece(text, tag))

    if rng.random() < 0.4:
        say(rng.choice(("masterpiece", "best quality", "8k", "highly detailed", "award winning", "ultra detailed")), "DET")
    say(
        rng.choice(
            (
                "1girl",
                "1boy",
                "solo",
                _np(situation, situation.thing()),
                situation.described(situation.thing().name),
                situation.described(situation.thing().name),
            )
        ),
        "EL",
    )
    order = ["pose", "place", "light", "style", "mood", "camera", "detail", "detail", "part", "composition"]
    rng.shuffle(order)
    tags = {
        "pose": "ACT",
        "place": "SET",
        "light": "LIG",
        "style": "STY",
        "mood": "MOO",
        "camera": "CAM",
        "detail": "DET",
        "part": "DET",
        "composition": "COM",
    }
    for name in order[: rng.randint(2, 8)]:
        text = f"{value('partvalue')} {value('part')}" if name == "part" else value(name)
        say(text, tags[name])
    return pieces
