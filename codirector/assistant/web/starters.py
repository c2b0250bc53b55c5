"""What the empty page suggests: messages from the embedded model's world (its things, settings, times and styles). (label, message)"""

STARTERS: tuple[tuple[str, str], ...] = (
    ("A fox in the snow at sunset, watercolor", "a fox in the snow at sunset, watercolor"),
    ("Two penguins on the beach, 3d render", "two penguins on the beach, 3d render"),
    ("A sailboat on the sea at night, pixel art", "a sailboat on the sea at night, pixel art"),
    ("A red balloon in a meadow, cartoon", "a red balloon in a meadow, cartoon"),
)
