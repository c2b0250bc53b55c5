"""`compile(scene, dialect)`: the prompt a model family reads, as weighted spans and as text. Pure.

What cannot be honoured is in `dropped`, in plain words. It does not know how spans become embeddings (see tools).
"""

from collections.abc import Callable

from codirector.prompts.dialects import Dialect
from codirector.prompts.phrases import Phrase, natural_phrases, phrases_of, style_parts
from codirector.prompts.scene import SCENE_FIELDS, Scene
from codirector.prompts.weights import merge_spans, write_spans
from codirector.values import Span, Value

TokenCounter = Callable[[str], int]


class CompiledPrompt(Value):
    """What a model is told. The texts of `spans` joined are the whole prompt, separators included, and so are those of `negative`.
    `text` and `negative_text` are the same in the dialect's own syntax (`(word:1.3)` for A1111). `dropped` says what is not in it."""

    spans: tuple[Span, ...]
    negative: tuple[Span, ...] = ()
    text: str
    negative_text: str = ""
    dropped: tuple[str, ...] = ()


def estimate_tokens(text: str) -> int:
    """A cautious estimate of the tokens of CLIP, BERT and T5 tokenizers: one for a word of up to 8 letters, one more for every
    further 5, one for each punctuation mark."""
    total = 0
    letters = 0
    for character in text + " ":
        if character.isalnum():
            letters += 1
            continue
        if letters:
            total += 1 + max(0, letters - 4) // 5
            letters = 0
        total += not character.isspace()
    return total


def compile(scene: Scene, dialect: Dialect, count_tokens: TokenCounter = estimate_tokens) -> CompiledPrompt:
    """The scene in the words of a model family.

    Order and wording follow the dialect. Too long: phrases go in the dialect's `drop_order`, the main subject never. Weights the
    dialect cannot express are left out and said; a weight of 0 leaves its phrase out of a dialect without weights. Terms to avoid
    are not written as 'without ...' for models without a negative prompt: naming a thing makes such models draw it; they are
    dropped and said.
    """
    phrases, dropped = _weighable(phrases_of(scene, dialect), dialect)
    phrases, too_long = _fit(phrases, dialect, count_tokens)
    spans = _joined(phrases, dialect)
    negative, unavoidable = _negative(scene, dialect, count_tokens)
    dropped += too_long + unavoidable + _unknown_targets(scene) + _motion(scene)
    as_text = write_spans if dialect.weights == "a1111" else _plain
    return CompiledPrompt(spans=spans, negative=negative, text=as_text(spans), negative_text=as_text(negative), dropped=tuple(dropped))


def _weighable(phrases: list[Phrase], dialect: Dialect) -> tuple[list[Phrase], list[str]]:
    if dialect.weights != "none":
        return phrases, []
    dropped = [
        f"weight {phrase.weight:g} of '{phrase.text}': this model takes no weights" for phrase in phrases if phrase.weight not in (0.0, 1.0)
    ]
    return [phrase._replace(weight=1.0) for phrase in phrases if phrase.weight != 0.0], dropped


def _fit(phrases: list[Phrase], dialect: Dialect, count_tokens: TokenCounter) -> tuple[list[Phrase], list[str]]:
    limit = dialect.token_limit * dialect.windows
    kept, dropped = list(phrases), []
    total = count_tokens(_plain(_joined(kept, dialect)))
    for phrase in _victims(phrases, dialect):
        if total <= limit:
            break
        kept.remove(phrase)
        dropped.append(f"'{phrase.text}': the prompt is longer than the {limit} tokens this model reads")
        total = count_tokens(_plain(_joined(kept, dialect)))
    if total > limit and kept:
        kept[0], cut = _shortened(kept[0], limit, count_tokens)
        dropped.append(f"'{cut}': the main subject alone is longer than the {limit} tokens this model reads")
    return kept, dropped


def _victims(phrases: list[Phrase], dialect: Dialect) -> list[Phrase]:
    """Phrases in the order they are left out."""
    order = {part: position for position, part in enumerate(dialect.drop_order)}
    last = len(phrases)
    ranked = sorted(
        (phrase for phrase in phrases if not phrase.main),
        key=lambda phrase: (order[phrase.part], phrase.weight > 1.0, last - phrase.position),
    )
    return ranked


def _shortened(phrase: Phrase, limit: int, count_tokens: TokenCounter) -> tuple[Phrase, str]:
    words = phrase.text.split(" ")
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count_tokens(" ".join(words[:middle])) <= limit else (low, middle - 1)
    return phrase._replace(text=" ".join(words[:low])), " ".join(words[low:])


def _joined(phrases: list[Phrase], dialect: Dialect) -> tuple[Span, ...]:
    if dialect.wording == "sentences":
        return merge_spans(natural_phrases(phrases, dialect))
    spans: list[Span] = []
    last_element = max((number for number, phrase in enumerate(phrases) if phrase.part == "elements"), default=0)
    for number, phrase in enumerate(phrases):
        if number:
            # In a caption the things are one list ('a fox, a dog and a balloon'); everywhere else the separator stands.
            listed = dialect.wording == "phrases" and number == last_element and phrases[number - 1].part == "elements"
            spans.append(Span(text=" and " if listed else dialect.separator))
        spans.append(Span(text=phrase.text, weight=phrase.weight))
    spans += [Span(text=(dialect.separator if phrases or number else "") + word) for number, word in enumerate(dialect.suffix)]
    return merge_spans(spans)


def _negative(scene: Scene, dialect: Dialect, count_tokens: TokenCounter) -> tuple[tuple[Span, ...], list[str]]:
    if not dialect.negative:
        reason = "this model takes no negative prompt, and naming it would draw it"
        return (), [f"avoid '{term}': {reason}" for term in scene.avoid]
    weights = _weights(scene)
    limit = dialect.token_limit * dialect.windows
    terms, dropped = list(scene.avoid), []
    while terms and count_tokens(dialect.separator.join(terms)) > limit:
        dropped.append(f"avoid '{terms.pop()}': the negative prompt is longer than the {limit} tokens this model reads")
    spans = []
    for number, term in enumerate(terms):
        if number:
            spans.append(Span(text=dialect.separator))
        spans.append(Span(text=term, weight=weights.get(term, 1.0)))
    return merge_spans(spans), dropped


def _unknown_targets(scene: Scene) -> list[str]:
    """Weights whose target is no longer in the scene."""
    fields = {name for name in SCENE_FIELDS if getattr(scene, name)}
    known = fields | set(scene.details) | set(scene.avoid) | set(style_parts(scene.style)) | {getattr(scene, name) for name in fields}
    return [f"weight {item.weight:g} of '{item.target}': it is not in the scene" for item in scene.emphasis if item.target not in known]


def _motion(scene: Scene) -> list[str]:
    if scene.motion is None:
        return []
    words = ", ".join(part for part in (scene.motion.camera, scene.motion.subject) if part) or f"{scene.motion.seconds:g} seconds"
    return [f"motion ({words}): a still picture does not move"]


def _weights(scene: Scene) -> dict[str, float]:
    return {item.target: item.weight for item in scene.emphasis}


def _plain(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)
