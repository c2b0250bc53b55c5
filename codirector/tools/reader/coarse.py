"""Coarser names for ImageNet's classes: a cat is surely a cat long before it is surely an Egyptian Mau. Pure.

Ranges of class numbers follow ImageNet's order (ILSVRC 2012), which keeps kinds together. Sums of a group's scores are scores.
"""

from __future__ import annotations

from collections.abc import Sequence

from codirector.tools.reader.reading import Guess

GROUPS: dict[str, tuple[tuple[int, int], ...]] = {
    "fish": ((0, 6), (389, 397)), "bird": ((7, 24), (80, 100), (127, 146)), "salamander": ((25, 29),), "frog": ((30, 32),),
    "turtle": ((33, 37),), "lizard": ((38, 48),), "crocodile": ((49, 50),), "snake": ((52, 68),), "spider": ((72, 77),),
    "crab or lobster": ((118, 124),), "whale or seal": ((147, 150),), "dog": ((151, 268),), "wolf, fox or wild dog": ((269, 280),),
    "cat": ((281, 285),), "big cat": ((286, 293),), "bear": ((294, 297),), "insect": ((300, 326),), "butterfly": ((321, 326),),
    "rabbit": ((330, 332),), "horse or zebra": ((339, 340),), "pig": ((341, 343),), "cow or buffalo": ((345, 347),),
    "sheep or goat": ((348, 350),), "monkey or ape": ((365, 384),), "elephant": ((385, 386),), "panda": ((387, 388),),
    "mushroom": ((991, 997),), "car": (
        (436, 436), (468, 468), (511, 511), (627, 627), (656, 656), (705, 705), (717, 717), (751, 751), (817, 817),
    ),
    "truck or bus": ((555, 555), (569, 569), (654, 654), (675, 675), (779, 779), (864, 864), (867, 867), (874, 874)),
    "ship or boat": (
        (403, 403), (472, 472), (484, 484), (510, 510), (554, 554), (576, 576), (625, 625), (628, 628), (724, 724), (780, 780), (814, 814),
        (833, 833), (914, 914),
    ),
    "aircraft": ((404, 405), (895, 895)), "clock or watch": ((409, 409), (530, 531), (604, 604), (826, 826), (835, 835), (892, 892)),
    "cup or mug": ((504, 504), (647, 647), (967, 969)), "bottle": ((440, 440), (737, 737), (898, 898), (901, 901), (907, 907)),
    "computer": ((508, 508), (527, 527), (590, 590), (620, 620), (664, 664), (673, 673), (681, 681), (782, 782), (810, 810)),
    "fruit": ((948, 957),), "vegetable": ((936, 947),), "flower": ((985, 986),),
    "church, palace or temple": ((497, 497), (663, 663), (668, 668), (698, 698), (832, 832)),
    "mountain or volcano": ((970, 970), (980, 980)), "coast or lake": ((975, 978),),
}  # fmt: skip


def coarse(shares: Sequence[float], number: int = 3) -> tuple[Guess, ...]:
    """Softmax shares [1000] -> the likeliest groups, likeliest first."""
    sums = [(sum(sum(shares[low : high + 1]) for low, high in parts), name) for name, parts in GROUPS.items()]
    return tuple(Guess(value=name, score=min(1.0, float(share))) for share, name in sorted(sums, reverse=True)[:number])
