"""The small world of the Illustrator: its things, styles, settings, times, framings, and which pairs are held out.

Knows only words and numbers. Does not know pixels, files or models.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from training.illustrator import more_things

STYLES = ("3d render", "flat", "cartoon", "ink", "watercolor", "pixel art")
"""The styles that the judge knows."""
ALL_STYLES = (*STYLES, "pencil", "oil painting", "neon", "blueprint")
SETTINGS = (
    "plain", "forest", "desert", "beach", "snow", "meadow", "mountains", "city", "sea", "space", "underwater", "sky", "room",
)  # fmt: skip
TIMES = ("day", "sunset", "night")
FRAMINGS = {"close-up": (0.62, 0.86), "medium": (0.40, 0.58), "wide": (0.22, 0.34)}
"""Framing -> the least and the greatest side of a thing's box, as a share of the picture."""
PLACEMENTS = ("left", "centre", "right")
PLAIN_COLOURS = ("white", "grey", "black", "red", "orange", "yellow", "green", "blue", "purple", "pink")
THING_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey", "gold")


@dataclass(frozen=True)
class Thing:
    """One thing: its name, the name of its drawing in the Fluent sets, synonyms, and whether it floats above the ground."""

    name: str
    drawing: str
    synonyms: tuple[str, ...] = ()
    floats: bool = False

    @property
    def plural(self) -> str:
        irregular = {
            "mouse": "mice",
            "fish": "fish",
            "sheep": "sheep",
            "cactus": "cacti",
            "leaf": "leaves",
            "deer": "deer",
            "wolf": "wolves",
        }
        if self.name in irregular:
            return irregular[self.name]
        if self.name.endswith(("s", "x", "ch", "sh")):
            return self.name + "es"
        if self.name.endswith("y") and self.name[-2] not in "aeiou":
            return self.name[:-1] + "ies"
        return self.name + "s"


# One entry: name=synonym,synonym/name of the drawing where it is another. They stand on the ground, or float in the air.
_ON_THE_GROUND = """
fox; cat=kitten,kitty; dog=puppy,hound,poodle,beagle; penguin; rabbit=bunny,hare; bear=teddy,grizzly/bear; tiger; lion; horse=pony/horse
owl; frog=toad; pig=piglet; cow=bull; chicken=hen; duck; elephant; giraffe; zebra; monkey=ape; panda; koala; mouse; wolf
deer=reindeer,stag; sheep=lamb/ewe; kangaroo; hedgehog; turtle=tortoise; snail; snake; crocodile=alligator; dinosaur=t rex/t-rex; dragon
unicorn; peacock; swan; flamingo; crab; spider; robot=android,droid; astronaut=spaceman,cosmonaut/astronaut; ninja
wizard=mage,sorcerer,magician/person-mage; snowman; alien=martian; car=automobile,sports car/automobile; bicycle=bike
train=locomotive,steam train/locomotive; bus; taxi=cab; tractor; truck=lorry/delivery-truck; motorcycle=motorbike
fire engine=fire truck/fire-engine; ambulance; racing car/racing-car; skateboard; sailboat=boat,sail boat,yacht
ship=ferry,steamer,vessel/ship; canoe=kayak; house=cottage,home,hut; castle=palace; church; tent; lighthouse tower=tower/tokyo-tower
mountain/snow-capped-mountain; volcano; tree=oak/deciduous-tree; pine tree=fir,christmas tree/evergreen-tree; palm tree=palm/palm-tree
cactus; mushroom=toadstool; flower=blossom,daisy,lily,orchid/blossom; rose; tulip; sunflower; pumpkin=jack o lantern/jack-o-lantern
apple/red-apple; banana; strawberry; cherry=cherries/cherries; pear; lemon; orange=tangerine,mandarin/tangerine; pineapple; watermelon
carrot; cake=birthday cake/birthday-cake; cupcake=muffin; doughnut=donut; ice cream=icecream/soft-ice-cream; pizza
hamburger=burger,cheeseburger; cookie=biscuit; cup of tea=teacup,cup,coffee,mug/hot-beverage; teapot; umbrella; crown; guitar
violin=fiddle; trumpet; drum; piano=keyboard/musical-keyboard; book=novel/closed-book; lamp=lantern/red-paper-lantern; candle
gift=present,box/wrapped-gift; key; camera; clock=alarm clock/alarm-clock; telescope; hat=top hat/top-hat; boot=hiking boot/hiking-boot
backpack=rucksack,bag; chair; trophy=cup trophy; treasure gem=gem,diamond,jewel/gem-stone; ball=football,soccer ball/soccer-ball
basketball; teddy bear=plush bear/teddy-bear; sword=dagger/dagger; anchor; bell; hourglass/hourglass-not-done; magnet; skull
television=tv; laptop=computer
"""
_FLOATING = """
balloon=hot air balloon; bird=sparrow,songbird,seagull,crow; eagle=hawk; bat; butterfly; bee=honeybee,bumblebee/honeybee
ladybug=ladybird,beetle/lady-beetle; parrot; fish; tropical fish/tropical-fish; whale/spouting-whale; dolphin; shark; octopus=squid
jellyfish; rocket=spaceship,spacecraft; airplane=plane,aeroplane,jet; helicopter; ufo=flying saucer/flying-saucer; satellite
hot air kite=kite/kite; star; moon=crescent/crescent-moon; sun; heart/red-heart; ghost=spook; cloud; planet=saturn/ringed-planet
rainbow; fire=flame,campfire/fire; snowflake; leaf=maple leaf/maple-leaf; musical note=note,music/musical-note; feather; parachute
droplet=drop,water drop
"""


def _parse(text: str, *, floats: bool) -> list[Thing]:
    things = []
    for entry in text.replace("\n", ";").split(";"):
        if not entry.strip():
            continue
        words, _, drawing = entry.strip().partition("/")
        name, _, synonyms = words.partition("=")
        name = {"hot air kite": "kite", "lighthouse tower": "tower", "treasure gem": "gem"}.get(name.strip(), name.strip())
        others = tuple(each.strip() for each in synonyms.split(",") if each.strip() and each.strip() != name)
        things.append(Thing(name, (drawing or name).strip().replace(" ", "-"), others, floats))
    return things


THINGS: tuple[Thing, ...] = tuple(_parse(_ON_THE_GROUND, floats=False) + _parse(_FLOATING, floats=True))
"""The things that the judge knows."""
MORE_THINGS: tuple[Thing, ...] = tuple(_parse(more_things.ON_THE_GROUND, floats=False) + _parse(more_things.FLOATING, floats=True))
ALL_THINGS = THINGS + MORE_THINGS
BY_NAME = {thing.name: thing for thing in ALL_THINGS}


def held_out(kind: str, first: str, second: str) -> bool:
    """Whether a pair is kept from training: about one in sixteen (thing, setting), (thing, colour) and (thing, thing) pairs."""
    return zlib.crc32(f"{kind}:{first}:{second}".encode()) % 16 == 0
