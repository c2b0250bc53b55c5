"""The planner's own word lists: how people word commands, and the closed classes (numbers, colours, materials, prepositions)
that its patterns need. Terms of style, light, mood, camera and so on live in `codirector.prompts.vocabulary`, not here.

It holds data only and does not know how sentences are read.
"""


def word_set(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


NUMBERS: dict[str, int] = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "a dozen": 12,
    "dozen": 12,
    "a couple of": 2,
    "a couple": 2,
    "couple of": 2,
    "a pair of": 2,
    "pair of": 2,
    "twenty": 20,
    "thirty": 30,
    "both": 2,
    "half a dozen": 6,
    "a single": 1,
    "single": 1,
    "just one": 1,
    "only one": 1,
}
VAGUE_NUMBERS: dict[str, int] = {
    "some": 3,
    "several": 3,
    "a few": 3,
    "few": 3,
    "many": 7,
    "lots of": 7,
    "a lot of": 7,
    "a bunch of": 5,
    "a group of": 5,
    "a handful of": 5,
}
"""What 'some' counts for when the noun is in the plural: enough to be seen as several, few enough to be told apart."""
ORDINALS: dict[str, int] = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "sixth": 6,
    "6th": 6,
    "seventh": 7,
    "7th": 7,
    "eighth": 8,
    "8th": 8,
    "ninth": 9,
    "9th": 9,
    "tenth": 10,
    "10th": 10,
    "original": 1,
    "initial": 1,
    "very first": 1,
}

BASIC_COLOURS = word_set(
    "red orange yellow green blue purple violet pink brown black white grey gray gold golden silver turquoise teal cyan "
    "magenta maroon navy "
    "beige cream ivory crimson scarlet emerald indigo lavender lilac olive mint peach coral amber bronze copper rust tan "
    "turqoise aqua azure "
    "burgundy charcoal khaki mauve ochre plum rose ruby salmon sapphire fuchsia rainbow multicoloured multicolored "
    "colourful colorful iridescent "
    "transparent chartreuse lime mustard cobalt ginger blonde auburn ebony pearl taupe vermilion sienna umber"
)
COLOUR_SHADES = word_set(
    "dark light bright pale deep pastel neon vivid soft muted dull hot baby royal sky navy forest lime blood bright-ish "
    "matte metallic electric midnight dusty burnt"
)

MATERIALS = word_set(
    "wood wooden oak glass marble stone metal metallic steel iron gold silver bronze copper brass ice snow paper cardboard "
    "clay ceramic porcelain "
    "leather wool woollen woolen knitted cotton silk velvet fabric felt plastic rubber concrete brick sand chocolate candy "
    "sugar crystal diamond jade "
    "obsidian granite straw bamboo chrome titanium wax lego origami gingerbread cheese water fire smoke lava moss flowers "
    "leaves feathers denim lace "
    "plush fur bone ivory amber stained-glass wicker terracotta gemstone jelly foam"
)
ADJECTIVE_MATERIALS = {"woollen": "wool", "woolen": "wool", "metallic": "metal"}
MATERIAL_ADJECTIVES = word_set(
    "wooden woollen woolen knitted metallic leather plastic glass marble stone steel iron paper cardboard ceramic "
    "porcelain bronze brass copper velvet silk bamboo straw wicker chrome crystal rubber concrete brick ice clay oak plush "
    "origami lego terracotta"
)
"""Materials that may stand before a noun and then say what it is made of."""

PREPOSITIONS = (
    "in front of",
    "on top of",
    "next to",
    "close to",
    "near to",
    "to the left of",
    "to the right of",
    "left of",
    "right of",
    "at the edge of",
    "in the middle of",
    "in the corner of",
    "on the left of",
    "on the right of",
    "on either side of",
    "in between",
    "away from",
    "far from",
    "behind",
    "beside",
    "besides",
    "between",
    "beneath",
    "below",
    "under",
    "underneath",
    "above",
    "over",
    "atop",
    "near",
    "inside",
    "outside",
    "around",
    "among",
    "amid",
    "along",
    "against",
    "across",
    "by",
    "on",
    "onto",
    "in",
    "into",
    "at",
    "upon",
    "towards",
    "toward",
    "through",
    "opposite",
    "within",
)
PLACES_BARE = word_set("overhead nearby outside inside upstairs everywhere left right centre center above below")
"""Adverbs of place that need no noun after them."""

BARE_POSES = word_set(
    "jump run walk sit stand sleep smile laugh wave dance fly swim kneel crouch bow cry look lie lean fall float jog hop "
    "leap roar bark howl yawn "
    "eat drink read write sing fight hug kiss stretch climb crawl hide wink blink frown nod point raise hold turn face "
    "stare gaze glance ride play "
    "spin rest relax perch hover dive skate ski cook work think pray meditate scream shout whisper smirk grin pose march "
    "chase hunt pounce sniff "
    "watch carry wear open close spread lift lower reach throw catch kick punch push pull juggle paint draw sketch curl "
    "roll flap wag drive sail surf "
    "shake clap salute sneeze cough dream wait hang swing tilt tuck fold cross glow burn shine sparkle melt explode bloom flicker "
    "glitter crumble kneel sip chew lick stick bite feed build dig row pour wear knit sew type paddle juggle sneak creep wander"
)
"""Verbs that say what a thing in the picture does ('make the fox jump')."""
STATES = word_set(
    "asleep awake afraid angry happy sad surprised scared proud tired bored excited curious confused relaxed upright "
    "upside-down alert sleepy hungry dead alive injured drunk shy serious furious worried"
)
"""Adjectives that are how a being is (they become its pose); the same words said of the whole picture are moods."""

FILLERS_FRONT = (
    r"(?:hi|hey|hello)(?: there| all| everyone| again)|good (?:morning|evening|afternoon|day)|dear all|hey|hi|hello|ok(?:ay)?|alright"
    r"|right|well|so|now|and|also|then|next|but|um+|uh+|hmm+|oh|great|nice|perfect|cool|good"
    r"|thanks|thank you|please|pls|plz|maybe|perhaps|"
    r"just|actually|finally|lastly|first|firstly|instead(?! of)|nah|yes|yeah|yep|sure|yo|dear|kindly|quickly|simply|honestly|lovely"
)
REQUESTS = (
    r"(?:can|could|would|will|may|might) (?:you|we|i|u)(?: (?:please|maybe|possibly|perhaps|kindly|just|also|try to"
    r"|now))*(?: (?:get|have|see)(?= (?:it|the|a|an|him|her|them|some|this|two|three|more|less)\b))?",
    r"(?:i|we)(?: would|'d| really|'ll)*(?: really| rather| also| still)* (?:want|like|love|prefer|need"
    r"|wish)(?: for)?(?: you| us)?(?: to(?: see| have)?)?(?= (?!is\b|was\b|better\b))",
    r"(?:i|we)(?:'d| would) (?:rather|prefer to)(?: see| have)?",
    r"would (?:it be possible|you mind|it be ok) (?:to|if (?:you|we))?",
    r"is it possible to|are you able to|any chance (?:you|we) (?:can|could)|do you think you (?:can|could)|go ahead and"
    r"|try to|i was (?:thinking|wondering if)(?: you could| we could)?",
    r"let'?s(?: go(?: with| for)?| try| do| see| have| use)?(?= )|how about(?: we)?|what about(?: we)?|what if (?:you|we)"
    r"|why don'?t (?:you|we)|i (?:think|guess|feel like|believe|suppose)(?: that| you should| we should)?|you should"
    r"|we should|it would be (?:nice|great|cool|good) (?:if (?:you|we)(?: could)?|to)|(?:please )?be so kind (?:and|to)",
    r"gimme|give me|lemme see|show me|get me|make me|try(?= (?!again))|go for|go with",
)
BACK_FILLERS = (
    r"please|pls|plz|thanks|thank you|thx|for me|if (?:possible|you can|you could|that'?s ok)|now|too|as well|ok(?:ay)?"
    r"|would you|could you|can you|will you|instead|again|maybe|perhaps|ty|cheers|this time|then|mate|dude|from now"
)

COMMON_TYPOS: dict[str, str] = {
    "teh": "the",
    "hte": "the",
    "adn": "and",
    "nad": "and",
    "ad": "add",
    "mkae": "make",
    "amke": "make",
    "maek": "make",
    "chnage": "change",
    "cahnge": "change",
    "remvoe": "remove",
    "remov": "remove",
    "rmeove": "remove",
    "ballon": "balloon",
    "baloon": "balloon",
    "nigth": "night",
    "nite": "night",
    "lite": "light",
    "bakground": "background",
    "bakcground": "background",
    "backgroud": "background",
    "backround": "background",
    "stlye": "style",
    "syle": "style",
    "catoon": "cartoon",
    "uspcale": "upscale",
    "wiht": "with",
    "whit": "with",
    "thier": "their",
    "bleu": "blue",
    "gren": "green",
    "yelow": "yellow",
    "purpel": "purple",
    "witdh": "width",
    "brigter": "brighter",
    "drak": "dark",
    "ligth": "light",
    "pls": "please",
    "plz": "please",
    "u": "you",
    "ur": "your",
    "wanna": "want to",
    "gonna": "going to",
    "dont": "don't",
    "doesnt": "doesn't",
    "cant": "can't",
    "im": "i'm",
    "id": "i'd",
    "lets": "let's",
    "whats": "what's",
    "hows": "how's",
    "thats": "that's",
    "isnt": "isn't",
    "b&w": "black and white",
    "bw": "black and white",
    "pic": "picture",
    "foto": "photo",
}
"""Slips of the finger and chat spellings that are no other word. `ballon` and `ad` stand here because a picture never asks for either."""

COMMAND_WORDS = word_set(
    "remove change replace background foreground lighting composition camera brighter darker contrast saturation sharper "
    "upscale animate cartoon "
    "watercolor watercolour painting sunset sunrise midnight portrait landscape colour color balloon style night morning "
    "evening picture image "
    "bigger smaller larger closer wider behind between instead another different negative prompt guidance sampler without "
    "emphasise emphasize "
    "emphasis dramatic mysterious realistic photorealistic stabilise stabilize resolution weather atmosphere yellow purple "
    "orange turquoise"
)
"""Words a mistyped word may be corrected to before anything is read (scene names and vocabulary are matched later, in their place)."""
PLACE_NOUNS = word_set(
    "bakery kitchen forest wood jungle rainforest garden park beach desert meadow field farm village town city street alley market"
    " harbour harbor "
    "port island castle palace cathedral church temple monastery library school classroom university office shop store cafe café bar pub "
    "restaurant diner hotel hospital museum gallery theatre theater cinema stadium gym factory workshop warehouse garage attic basement"
    " cellar "
    "bedroom bathroom ballroom room hall courtyard greenhouse orchard vineyard swamp cave canyon valley mountain lake river sea ocean"
    " space "
    "spaceship station airport graveyard cemetery dungeon prison circus funfair carnival zoo aquarium playground campsite wasteland"
)
"""Where a picture can take place: 'it could be a bakery' is about the place, not about the thing spoken of last."""
WEARABLES = word_set(
    "hat cap helmet crown tiara beret beanie sombrero fedora scarf tie bowtie glass sunglass spectacle goggle monocle mask patch eyepatch "
    "necklace earring ring watch bracelet coat raincoat jacket suit tuxedo dress skirt kimono robe cape cloak hoodie sweater jumper"
    " pullover "
    "cardigan turtleneck shirt t-shirt tshirt blouse vest waistcoat jean jeans trouser pant shorts boot shoe sneaker sandal slipper"
    " sock glove "
    "mitten apron backpack collar headphone wig ribbon armor armour belt pyjama pajama swimsuit bikini coatee turban headband headscarf"
    " veil "
    "bandana uniform overall dungaree poncho parka gown costume outfit bow beard moustache mustache wing"
)
"""What persons and animals have on, in the singular as `key` gives it."""
NEVER_TYPOS = word_set(
    "backlight backlit backlighting "
    "wilder closet closed closely larder lager lighter nights mornings evenings sunsets pictures images portraits "
    "landscapes style stylee styled styles "
    "smallest biggest darken darkened darkest sharpen sharper shaper brighten brightest charge chance chances range "
    "replaced removed moved remote colony "
    "collar color colors colours morning mourning moaning knight might light fight sight tight right eight bright slight "
    "flight nightie fighting lightning "
    "sighting pointing panting painted paintings stable cameras camel caramel animated camera contract contrasts constant "
    "cartoons carton cartons prompts "
    "guidance sampled samples simpler behinds betweens whither within bitter wider wide winder wonder cider rider dragon "
    "drama dramatics mystery photo "
    "emphasis emphasised emphasized emphases realism relation replay replies instant insteads weather whether feather "
    "leather heather yellowish purplish "
    "oranges orangey balloons resolutions revolution backgrounds position compositions"
)
"""Real words that lie one slip away from a command word and must be left alone."""
