"""The third group of drawings: 182 things that people ask for and the sets of emoji do not have, or not well.

They are drawn in sketches only: neither training nor the judge knows them. Knows only words; the shapes are in the modules beside.
"""

from training.illustrator.third_objects import IN_THE_AIR, OUTSIDE
from training.illustrator.third_people import PEOPLE
from training.illustrator.third_places import BUILT, INSIDE, MOVING
from training.illustrator.world import Thing

EMOJI = {
    "couple=lovers,pair of people,man and woman": "man-standing 0 14 82 + woman-standing 40 18 78",
    "family=parents,parents and child,mother and father": "man-standing 0 2 72 + woman-standing 42 8 68 + person-standing 26 46 52",
    "crowd=people,group of people,audience,team,friends": (
        "woman-standing 2 6 50 + man-standing 28 0 54 + person-standing 54 6 50 + person-standing -6 34 60 + "
        "woman-standing 46 34 60 + man-standing 18 36 62"
    ),
    "walker=hiker": "person-walking 0 0 100",
    "basketball player=ball player": "person-bouncing-ball 0 0 100",
    "yogi=meditating person,meditation,buddhist": "person-in-lotus-position 0 0 100",
    "railway track=railway,railroad,train tracks,rails": "railway-track 0 0 100",
    "satellite dish=antenna,radio telescope,dish antenna": "satellite-antenna 0 0 100",
    "theatre mask=mask,masks,theatre": "performing-arts 0 0 100",
    "plate=dinner plate,dish,place setting": "fork-and-knife-with-plate 0 0 100",
    "bowl=cereal bowl,soup bowl,cereal": "bowl-with-spoon 0 0 100",
    "folding fan=fan,hand fan": "folding-hand-fan 0 0 100",
    "parasol=beach parasol,sunshade": "umbrella-on-ground 0 0 100",
    "squid=calamari,kraken": "squid 0 0 100",
    "trident": "trident-emblem 0 0 100",
    "robot arm=mechanical arm,robotic arm": "mechanical-arm 0 0 100",
    "factory worker=welder,blacksmith": "factory-worker 0 0 100",
}
"""`name=synonyms` -> emoji of the four sets and where they lie: name, x, y, side; the later ones before the earlier."""

WITHOUT_SHADOW = frozenset({"chandelier", "necklace", "arrow", "carpet", "river", "lake", "road", "waterfall", "railway track", *(
    entry.partition("=")[0] for entry in IN_THE_AIR
)})  # fmt: skip
"""What is in the air, hangs, or lies flat in the ground: the sketch puts no shadow under it."""


def _things(entries: dict[str, str]) -> tuple[Thing, ...]:
    """The drawing of each is its text of shapes, or of emoji."""
    parsed = ((*entry.partition("=")[::2], drawing) for entry, drawing in entries.items())
    return tuple(Thing(name, drawing, tuple(filter(None, words.split(","))), name in WITHOUT_SHADOW) for name, words, drawing in parsed)


SHAPED_THINGS = _things({**PEOPLE, **BUILT, **INSIDE, **MOVING, **OUTSIDE, **IN_THE_AIR})
EMOJI_THINGS = _things(EMOJI)
THIRD_THINGS = SHAPED_THINGS + EMOJI_THINGS
