"""A scene that is spoken about, made up at random, and how its things are referred to: the rules that phrasings name.

It knows names of things and ways to point at them, not what is wished.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from codirector.prompts.words import plural, with_article
from training.planner import words

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "person": ("guy", "person", "character", "figure", "dude", "main character", "fellow", "hero", "subject", "individual"),
    "man": ("guy", "gentleman", "dude", "bloke", "fella"),
    "woman": ("lady", "girl", "gal"),
    "girl": ("kid", "child", "little one", "young lady"),
    "boy": ("kid", "child", "lad", "little guy"),
    "animal": ("animal", "creature", "beast", "critter", "little guy", "furry fellow"),
    "dog": ("pup", "doggo", "hound", "puppy"),
    "cat": ("kitty", "feline"),
    "bird": ("bird", "birdie"),
    "horse": ("steed", "mare"),
    "couch": ("sofa", "seat", "settee"),
    "sofa": ("couch", "seat"),
    "car": ("vehicle", "automobile", "auto"),
    "truck": ("vehicle", "lorry"),
    "bicycle": ("bike",),
    "boat": ("ship", "vessel"),
    "ship": ("boat", "vessel"),
    "house": ("building", "home"),
    "castle": ("building", "fortress"),
    "tree": ("plant",),
    "chair": ("seat",),
    "bench": ("seat",),
    "airplane": ("plane", "aircraft"),
    "thing": ("thing", "object"),
}
_BIRDS = frozenset(
    [
        "owl",
        "eagle",
        "raven",
        "crow",
        "parrot",
        "penguin",
        "swan",
        "duck",
        "goose",
        "chicken",
        "flamingo",
        "pelican",
        "heron",
        "sparrow",
        "pigeon",
    ]
)
_SHE = frozenset(["woman", "girl", "princess", "queen", "witch", "fairy", "mermaid", "nun", "bride", "grandmother", "ballerina"]) | {
    "old woman",
    "old lady",
    "young woman",
}

_SURROUND = ("sky", "sky", "sea", "water", "grass", "ground", "floor", "walls", "clouds", "moon", "sun", "road", "snow", "sand", "ceiling")


@dataclass
class Thing:
    """An element of the made-up scene. `sort` is 'person', 'animal' or 'thing'."""

    name: str
    sort: str
    count: int = 1
    colour: str = ""
    placement: str = ""


@dataclass
class Situation:
    """A scene, which of its things is meant (`target`; None: something that is not in it), and the one spoken of last."""

    rng: random.Random
    held_out: bool
    things: list[Thing] = field(default_factory=list)
    setting: str = ""
    style: str = ""
    light: str = ""
    details: list[str] = field(default_factory=list)
    focus: int = -1
    target: Thing | None = None
    points: int = -1
    """Index of the thing the message's target means, -1 for none."""

    def value(self, name: str) -> str:
        return self.rng.choice(words.values()[name])

    def thing(self) -> Thing:
        """A thing of any sort. Persons and animals are spoken about more often than their share of the lists."""
        roll = self.rng.random()
        if roll < 0.24:
            return Thing(self.value("person"), "person")
        if roll < 0.48:
            return Thing(self.value("animal"), "animal")
        return Thing(self.rng.choice(words.nouns(self.held_out and self.rng.random() < 0.7)), "thing")

    def aim(self) -> None:
        """Chooses what is meant."""
        if self.things and self.rng.random() < 0.9:
            self.points = self.rng.randrange(len(self.things)) if self.focus < 0 or self.rng.random() < 0.7 else self.focus
            self.target = self.things[self.points]
        else:
            self.target, self.points = self.thing(), -1

    # -- how the target is called

    def ref(self) -> str:
        target, rng = self._target(), self.rng
        roll = rng.random()
        may_pronoun = self.points >= 0 and (self.focus == self.points or len(self.things) == 1)
        if may_pronoun and roll < 0.4:
            return self.pronoun()
        plain = plural(target.name) if target.count > 1 else target.name
        if roll < 0.62:
            return f"the {plain}"
        if roll < 0.68 and target.colour and self.points >= 0:
            return f"the {target.colour} {plain}"
        if roll < 0.72:
            return f"(that|this|my|our) {plain}" if target.count == 1 else f"(those|these|all the) {plain}"
        if roll < 0.76:
            return plain
        if roll < 0.86 and self.points >= 0 and target.count == 1 and sum(t.sort == target.sort for t in self.things) == 1:
            return f"the {self._synonym(target)}"
        if roll < 0.92 and target.placement and self.points >= 0:
            return f"the ({plain}|{plain}|one) {target.placement}"
        if target.count == 2 and rng.random() < 0.3:
            return f"(both {plain}|both of them|the two {plain}|all of them)"
        if len(self.things) == 2 and self.focus >= 0 and self.points == 1 - self.focus and rng.random() < 0.35:
            return rng.choice(("the other one", "the other one", "the other", f"the other thing, the {plain}"))
        if target.colour and self.points >= 0 and rng.random() < 0.3 and sum(t.colour == target.colour for t in self.things) == 1:
            return f"the {target.colour} one"
        if self.points == len(self.things) - 1 > 0 and rng.random() < 0.2:
            return rng.choice(("the last one", "the last thing"))
        if roll < 0.95 and self.points >= 0 and len(self.things) > 1:
            ordinal = ("first", "second", "third", "fourth", "fifth", "sixth")[self.points]
            return rng.choice((f"the {ordinal} (one|thing)", f"the {plain}"))
        if roll < 0.97 and self.points == self.focus >= 0:
            return rng.choice(
                (f"the {plain} you (just |)added", f"the {plain} from before", "the thing you added", "that thing", "that one")
            )
        if target.sort == "thing" and roll < 0.985:
            return f"the {plain} {self.value('spot')}" if self.points >= 0 else f"the {plain}"
        return f"the {plain}"

    def pronoun(self) -> str:
        target = self._target()
        if target.count > 1:
            return "them"
        if target.sort == "person":
            return "her" if target.name in _SHE else self.rng.choice(("him", "him", "her", "it"))
        return (
            self.rng.choice(("it", "it", "him", "this", "that"))
            if target.sort == "animal"
            else self.rng.choice(("it", "it", "it", "that", "this"))
        )

    def possessive(self) -> str:
        target = self._target()
        if target.sort == "thing" or self.rng.random() < 0.25:
            return self.rng.choice(("its", f"the {target.name}'s"))
        return "her" if target.name in _SHE else self.rng.choice(("his", "her", "its"))

    def plural_ref(self) -> str:
        return plural(self._target().name)

    def other(self) -> str:
        """Another thing of the scene, or one that is not in it."""
        others = [thing for thing in self.things if thing is not self.target]
        if others and self.rng.random() < 0.75:
            thing = self.rng.choice(others)
            return f"the {plural(thing.name) if thing.count > 1 else thing.name}"
        return self.rng.choice(
            (f"the {self.thing().name}", f"a {self.thing().name}", "the window", "the wall", "the table", "the tree", "the others")
        )

    def anything(self) -> str:
        """What a weight may be laid on: a thing, a detail, a field's value or name."""
        choices = [
            "the (light|lighting|background|style|mood|colours|sky|shadows|atmosphere|details|camera angle)",
            self.value("mood").split()[0],
        ]
        choices += list(self.details) + [f"the {detail}" for detail in self.details]
        choices += [value for value in (self.style, self.light) if value] + ([f"the {self.setting.split()[-1]}"] if self.setting else [])
        choices += [f"the {self.value('part')}", self.value("style")]
        if self.points >= 0 and self.rng.random() < 0.5:
            return self.ref()
        self.points = -1
        return self.rng.choice(choices)

    def somebody(self) -> str:
        """A person who is not in the scene."""
        self.points = -1
        return self.rng.choice(("somebody", "someone", "somebody", "someone", "people", "some people", "a person", "anybody"))

    def surround(self) -> str:
        """A part of the setting, which belongs to no thing."""
        self.points = -1
        return self.rng.choice(_SURROUND)

    # -- new things

    def np(self) -> str:
        """A noun phrase with a determiner, as a person would say it."""
        rng = self.rng
        thing = self.thing()
        roll = rng.random()
        count = (
            ""
            if roll < 0.72
            else rng.choice(
                (
                    "two",
                    "three",
                    "several",
                    "some",
                    "a few",
                    "a couple of",
                    "many",
                    "5",
                    "four",
                    "a pair of",
                    "lots of",
                    "more",
                    "a bunch of",
                )
            )
        )
        name = self.described(thing.name)
        if count:
            name = plural(name)
        phrase = (
            f"{count} {name}"
            if count
            else rng.choice(("the", "another", "one", "a single", "some kind of")) + f" {name}"
            if roll > 0.69
            else with_article(name)
        )
        tail = rng.random()
        if tail < 0.06 and thing.sort != "thing":
            phrase += f" {self.value('pose')}"
        elif tail < 0.1:
            phrase += f" with {with_article(self.value('colour').split()[-1] + ' ' + self.value('part'))}"
        elif tail < 0.13:
            phrase += f" made of {self.value('material')}"
        elif tail < 0.15:
            phrase += f" (that says|saying|with the words) {self.value('words')}"
        elif tail < 0.17 and thing.sort != "thing":
            phrase += f" (wearing|in) {with_article(self.value('wearable'))}"
        return phrase

    def bare_np(self) -> str:
        return self.described(self.thing().name)

    def wear(self) -> str:
        rng = self.rng
        thing = self.value("wearable") if rng.random() < 0.7 else rng.choice(words.nouns(False))
        adjective = f"{self.value('adjective')} " if rng.random() < 0.2 else ""
        colour = f"{self.value('colour')} " if rng.random() < 0.3 else ""
        name = f"{adjective}{colour}{thing}"
        return with_article(name) if rng.random() < 0.85 else name

    def where(self) -> str:
        return self.value("spot") if self.rng.random() < 0.5 else f"{self.value('relation')} {self.other()}"

    def described(self, name: str) -> str:
        rng = self.rng
        before = [self.value("adjective")] if rng.random() < 0.22 else []
        before += [self.value("colour")] if rng.random() < 0.22 else []
        before += [self.value("material")] if rng.random() < 0.08 else []
        return " ".join([*before, name])

    def _synonym(self, target: Thing) -> str:
        choices = list(_SYNONYMS.get(target.name.split()[-1], ()))
        choices += (
            _SYNONYMS["person"]
            if target.sort == "person"
            else _SYNONYMS["animal"]
            if target.sort == "animal"
            else ("thing", "object")[: not choices]
        )
        if target.name in _BIRDS:
            choices += ["bird", "bird"]
        return self.rng.choice(choices or [target.name])

    def _target(self) -> Thing:
        if self.target is None:
            self.aim()
        assert self.target is not None
        return self.target

    def rules(self) -> Mapping[str, Callable[[], str]]:
        """Everything a phrasing may name."""
        rules: dict[str, Callable[[], str]] = {name: lambda name=name: self.value(name) for name in words.values()}
        old = self.setting.split(maxsplit=1)[-1] if self.setting else "background"
        rules |= {name: lambda pattern=pattern: pattern for name, pattern in words.macros().items()}
        rules |= {
            "somebody": self.somebody,
            "surround": self.surround,
            "default_T": self.ref,
            "default_O": self.np,
            "default_P": self.where,
            "ref": self.ref,
            "pron": self.pronoun,
            "poss": self.possessive,
            "owner": lambda: f"the {self._target().name}",
            "refbare": lambda: self._target().name,
            "refpl": self.plural_ref,
            "someref": self.other,
            "np": self.np,
            "npbare": self.bare_np,
            "npbare2": lambda: self.thing().name,
            "somepl": lambda: plural(self.thing().name),
            "wear": self.wear,
            "spotabs": lambda: self.value("spot"),
            "anything": self.anything,
            "term": lambda: self.rng.choice(words.terms()),
            "thing": lambda: f"(a|the) ({self.thing().name}|sign|wall|banner|door|t-shirt|poster|board)",
            "oldbackdrop": lambda: f"(the |){old.removeprefix('the ').removeprefix('a ').removeprefix('an ')}",
            "backdropnoun": lambda: self.rng.choice(
                ("garden", "street", "kitchen", "beach", "party", "castle", "forest", "village", "room", "harbour")
            ),
            "lightby": lambda: self.rng.choice(
                (
                    "candles",
                    "a campfire",
                    "neon signs",
                    "the moon",
                    "street lamps",
                    "a single candle",
                    "fireflies",
                    "torches",
                    "moonlight",
                    "the sun",
                    "lanterns",
                    "a spotlight",
                    "lightning",
                    "the fire",
                )
            ),
            "secs": lambda: self.rng.choice(
                (
                    "3 seconds",
                    "three seconds",
                    "5 seconds",
                    "four seconds",
                    "5 sec",
                    "10 seconds",
                    "two seconds",
                    "six seconds",
                    "2.5 seconds",
                    "4s",
                    "eight seconds",
                )
            ),
        }
        return rules


def situation(rng: random.Random, held_out: bool, empty: bool = False) -> Situation:
    """A scene with no to five things."""
    made = Situation(rng, held_out)
    if empty:
        return made
    for _ in range(rng.choice((1, 1, 1, 2, 2, 2, 3, 3, 4, 5))):
        thing = made.thing()
        if any(thing.name == other.name for other in made.things):
            continue
        thing.count = rng.choice((1, 1, 1, 1, 1, 2, 3)) if not thing.name.endswith("s") else 1
        thing.colour = made.value("colour") if rng.random() < 0.15 else ""
        thing.placement = (
            rng.choice(("on the left", "on the right", "in the background", "in the middle", "in the foreground"))
            if rng.random() < 0.15
            else ""
        )
        made.things.append(thing)
    made.setting = made.value("place") if rng.random() < 0.7 else ""
    made.style = made.value("style") if rng.random() < 0.6 else ""
    made.light = made.value("light") if rng.random() < 0.4 else ""
    made.details = [made.value("detail")] if rng.random() < 0.2 else []
    made.focus = rng.randrange(len(made.things)) if made.things and rng.random() < 0.5 else -1
    return made
