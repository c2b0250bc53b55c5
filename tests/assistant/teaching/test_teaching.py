"""Teaching in the chat, from messages through the whole turn: lessons, quizzes, stories, and that every step is kept and undone."""

import importlib.util
import io
import re
import sys
from pathlib import Path

import pytest
from PIL import Image

from codirector.assistant.cli.output import turn_object
from codirector.assistant.director import Director
from codirector.assistant.plan import Compare, Course, Refine, Teach
from codirector.assistant.planner.planner import Planner
from codirector.assistant.session.record import SessionView
from codirector.assistant.settings import Settings
from codirector.assistant.teaching import tale
from codirector.assistant.teaching.course import LETTERS, answered, begin, choice_of
from codirector.assistant.teaching.on_picture import SHOWS, on_picture
from codirector.assistant.teaching.understand import course_of, read
from codirector.assistant.teaching.walk import Step, picked
from codirector.assistant.turn.reply import offer, offered, unoffered
from codirector.errors import InputError
from codirector.knowledge.answer import Answer, Source
from codirector.knowledge.quiz import known
from codirector.prompts.apply import apply
from codirector.prompts.scene import Element, Render, Scene
from codirector.tools.registry import Registry

spec = importlib.util.spec_from_file_location("toy", Path(__file__).parents[1] / "turn" / "toy.py")
assert spec is not None and spec.loader is not None
toy = importlib.util.module_from_spec(spec)
sys.modules.setdefault("toy", toy)
spec.loader.exec_module(toy)

EMPTY = SessionView(session="s", thread="main", tip=None, scene=None, picture=None)


@pytest.fixture
def director(tmp_path: Path):
    made = Director(Settings(home=tmp_path), registry=Registry([toy.PaintBackend()]), planner=Planner(choose_seed=lambda: 7))
    made.store.create("s")
    yield made
    made.close()


def right_letter(course: Course) -> str:
    question = known(course.open)
    assert question is not None
    return LETTERS[question.right]


def now(director: Director) -> Course:
    found = course_of(director.store.view("s"))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("message", "what", "text", "audience"),
    [
        ("teach me the basics", "lesson", "", ""),
        ("I'm new here", "lesson", "", ""),
        ("give me a lesson for beginners", "lesson", "", ""),
        ("quiz me", "quiz", "", ""),
        ("Quiz me on samplers!", "quiz", "samplers", ""),
        ("test me about in-painting", "quiz", "in-painting", ""),
        ("explain diffusion like I'm new", "explain", "diffusion", "new"),
        ("explain the VAE to me as if I were five", "explain", "the VAE", "new"),
        ("ELI5 flow matching", "explain", "flow matching", "new"),
        ("explain CFG for a beginner", "explain", "CFG", "new"),
        ("explain CFG like an engineer", "explain", "CFG", "engineer"),
        ("tell me about latents as if I were an expert", "explain", "latents", "engineer"),
        ("summarise these notes: A. B. C. D.", "summary", "A. B. C. D.", ""),
        ("draw my workflow as a diagram", "diagram", "", ""),
    ],
)
def test_what_asks_for_teaching_is_understood(message: str, what: str, text: str, audience: str):
    found = read(message, EMPTY)
    assert found is not None and found.plan == Teach.model_validate({"what": what, "text": text, "audience": audience})


@pytest.mark.parametrize(
    "message",
    ["a fox in the snow", "a", "b", "a story book on a table", "what does CFG do?", "explain CFG", "make it a quiz show", "stop",
     "a lesson in a school", "a teacher shows me the basics", "tell me about the fox", "show me the picture"],
)  # fmt: skip
def test_everything_else_is_left_to_the_planner(message: str):
    assert read(message, EMPTY) is None


@pytest.mark.parametrize(
    ("message", "plan"),
    [
        ("show me what guidance does", Compare(guidances=(1.0, 2.0, 4.0, 7.0))),
        ("drag the guidance scale", Compare(guidances=(1.0, 2.0, 4.0, 7.0))),
        ("a lesson on steps", Compare(steps=(1, 2, 4, 8))),
    ],
)
def test_lessons_that_draw_are_comparisons_with_one_seed(message: str, plan: Compare):
    found = read(message, EMPTY)
    assert found is not None and found.plan == plan


@pytest.mark.parametrize("message", ["walk through the denoising steps", "walk me through the denoising steps", "a lesson on denoising"])
def test_a_walk_through_the_denoising_is_asked_for(message: str):
    found = read(message, EMPTY)
    assert found is not None and found.plan == Teach(what="walk")


def test_the_denoising_is_walked_step_by_step(director):
    drawn = director.submit("s", "a fox in the snow, watercolor").result()
    walked = director.submit("s", "walk me through the denoising steps").result()
    said = walked.reply.text
    assert walked.action == "teach" and [f"**step {step} of 4**" in said for step in (1, 2, 3, 4)] == [True] * 4
    assert "it is your picture, pixel for pixel" in said and "Most changes between steps" in said
    pictures = [director.store.artifacts.read(ref.sha256) for ref in walked.reply.variants]
    greys = [Image.open(io.BytesIO(data)).convert("L").getpixel((0, 0)) for data in pictures[:4]]
    assert len(pictures) == 5 and greys == [63, 127, 191, 255]
    # Measured, not told: each preview is as far from the finished picture as its colour says.
    end = Image.open(io.BytesIO(pictures[-1])).convert("RGB").getpixel((0, 0))
    away = [sum(abs(grey - part) for part in end) / 3 / 2.55 for grey in greys]
    assert [float(found) for found in re.findall(r"– ([\d.]+) % away", said)] == pytest.approx(away, abs=0.06)
    assert [ref.role for ref in walked.reply.pictures] == ["comparison"]
    again = director.store.view("s")
    assert again.scene == drawn.reply.scene and again.picture == drawn.reply.pictures[0]
    assert [one["kind"] for one in turn_object(walked, director.store.artifacts)["artifacts"]] == ["comparison", *["variant"] * 5]


def test_there_is_no_walk_without_a_picture(director):
    assert "Describe one first" in director.submit("s", "walk me through the denoising steps").result().reply.text


def test_a_walk_shows_as_many_steps_as_a_sheet_holds():
    steps = tuple(Step(number, Image.new("RGB", (1, 1)), 0.0, None) for number in range(1, 31))
    assert [step.number for step in picked(steps)] == [1, 5, 9, 13, 18, 22, 26, 30] and picked(steps[:3]) == steps[:3]


def test_answers_are_letters_or_their_words():
    course = begin("quiz").course
    question = known(course.open)
    assert question is not None
    for place, choice in enumerate(question.choices):
        for said in (LETTERS[place], f"{LETTERS[place].lower()})", f"{LETTERS[place]}. {choice}", choice.upper()):
            assert choice_of(course, said) == place
    assert choice_of(course, "a fox") is None and choice_of(course, "E") is None


def test_difficulty_follows_the_learner():
    course = begin("quiz").course
    levels = [course.level]
    for right in (True, True, True, True, False, False, False):
        question = known(course.open)
        assert question is not None
        course = answered(course, question.right if right else (question.right + 1) % 4).course
        levels.append(course.level)
    assert levels == [1, 1, 2, 2, 3, 2, 1, 1]
    asked = [known(name) for name in course.asked]
    assert [one.level for one in asked if one is not None] == levels
    assert len(set(course.asked)) == len(course.asked) and course.right == 4 and len(course.missed) == 3


def test_a_lesson_is_ten_steps_of_knowing_and_asking(director):
    finished = director.submit("s", "teach me the basics").result()
    assert finished.action == "teach" and "Step 1 of 10" in finished.reply.text
    for number in range(10):
        assert finished.reply.suggestions == offered(finished.reply.text) and len(finished.reply.suggestions) == 4
        wrong = number == 3
        course = now(director)
        letter = right_letter(course)
        finished = director.submit("s", "ABCD".replace(letter, "")[0] if wrong else letter).result()
        assert ("**Not quite.**" if wrong else "**Right.**") in finished.reply.text and "[1]" in finished.reply.text
    assert "9 of 10 right" in finished.reply.text and "What a sampler does" in finished.reply.text
    assert course_of(director.store.view("s")) is None
    assert director.store.verify("s").ok


def test_an_answer_is_kept_and_can_be_taken_back(director):
    director.submit("s", "quiz me on samplers").result()
    first = now(director)
    director.submit("s", right_letter(first)).result()
    second = now(director)
    assert second.right == 1 and second.open != first.open
    back = director.submit("s", "undo").result()
    assert now(director) == first and back.reply.suggestions == offered(back.reply.text) != ()
    director.submit("s", "redo").result()
    assert now(director) == second
    assert "ends here" in director.submit("s", "stop the quiz").result().reply.text
    assert course_of(director.store.view("s")) is None


def test_a_picture_in_between_does_not_end_a_quiz(director):
    director.submit("s", "quiz me").result()
    course = now(director)
    director.submit("s", "a fox in the snow").result()
    assert now(director) == course
    director.submit("s", right_letter(course)).result()
    assert now(director).right == 1
    assert director.store.view("s").scene is not None


def test_a_subject_without_articles_is_said(director):
    said = director.submit("s", "quiz me on cheese").result()
    assert "nothing to ask about “cheese”" in said.reply.text and said.error_kind == "InputError"


def test_an_eight_turn_story_makes_a_picture_of_every_choice(director):
    finished = director.submit("s", "tell me a story about a fox, watercolor").result()
    scenes = [finished.reply.scene]
    for chapter in range(1, tale.CHAPTERS):
        assert f"Chapter {chapter} of 8" in finished.reply.text and len(finished.reply.suggestions) == tale.CHOICES
        before = finished.reply.scene
        finished = director.submit("s", finished.reply.suggestions[chapter % 3] if chapter % 2 else "b").result()
        assert finished.action == "refine" and finished.change is not None and len(finished.reply.diff) == 1
        assert finished.reply.pictures and finished.reply.scene == apply(before, finished.change)
        scenes.append(finished.reply.scene)
    assert "*The end.*" in finished.reply.text and len({scene.model_dump_json() for scene in scenes}) == 8
    assert len({scene.render.seed for scene in scenes}) == 1 and {scene.style for scene in scenes} == {"watercolor"}
    assert director.store.verify("s").ok
    over = director.submit("s", "story: meet an owl").result()
    assert "told to its end" in over.reply.text
    again = director.submit("s", "undo").result()
    assert "Chapter 7 of 8" in again.reply.text and len(again.reply.suggestions) == 3


@pytest.mark.parametrize(
    ("message", "hero", "companions", "quest", "pages", "setting"),
    [
        ("tell me a story about a fox", "fox", (), "", 8, "meadow"),
        ("tell me a six-page story about a fox and an owl in the forest", "fox", ("owl",), "", 6, "forest"),
        ("write us a story about a robot who is looking for a lost lamp in the desert, five pages", "robot", (), "lamp", 5, "desert"),
        ("tell me a story in 4 chapters about a dragon, a mouse and a cat in the snow", "dragon", ("mouse", "cat"), "", 4, "snow"),
        ("please tell me a story about a penguin in the city that has lost its crown", "penguin", (), "crown", 8, "city"),
    ],
)
def test_a_story_is_about_what_was_said(message: str, hero: str, companions: tuple[str, ...], quest: str, pages: int, setting: str):
    story = tale.wanted(message)
    assert story is not None
    assert (story.hero, story.companions, story.quest, story.pages) == (hero, companions, quest, pages)
    assert setting in story.scene.setting and "in the in" not in tale.begin(story).notes[0]
    kinds = tale.kinds(story)
    assert len(kinds) == pages - 1 and kinds[-1] == "end"
    assert kinds.count("meet") >= min(len(companions), pages - 2) and kinds.count("find") >= bool(quest)


@pytest.mark.parametrize("pages", ["2", "13", "two", "400"])
def test_a_story_has_a_number_of_pages_that_can_be_told(pages: str):
    with pytest.raises(InputError, match="3 to 12 pages"):
        tale.wanted(f"tell me a story about a fox, {pages} pages")


def test_those_who_were_named_come_and_what_was_sought_is_found(director):
    finished = director.submit("s", "tell me a story about a fox and an owl who are looking for a crown in the forest, six pages").result()
    assert "forest" in finished.reply.text and "crown" in finished.reply.text
    for chapter in range(1, 6):
        assert f"Chapter {chapter} of 6" in finished.reply.text
        ways = finished.reply.suggestions
        named = [way for way in ways if "owl" in way or "crown" in way]
        assert named == [way for way in ways[:1] if named]
        finished = director.submit("s", ways[0]).result()
    assert {one.name for one in finished.reply.scene.elements} >= {"fox", "owl", "crown"}
    assert "The crown was with them." in finished.reply.text and "The fox and the owl stayed friends." in finished.reply.text


def test_other_stories_go_other_ways():
    stories = [tale.outline(f"a {hero}") for hero in ("fox", "robot", "cat", "dragon", "turtle", "knight", "wizard", "rabbit")]
    assert len({tale.kinds(story) for story in stories}) >= 3
    assert len({tale.begin(story).notes[0].replace(story.hero, "") for story in stories}) >= 5
    assert [tale.begin(story) for story in stories] == [tale.begin(tale.outline(f"a {story.hero}")) for story in stories]


def test_a_story_needs_a_hero_and_a_choice_that_is_offered(director):
    assert "No story is being told" in director.submit("s", "story: meet an owl").result().reply.text
    director.submit("s", "tell me a story about a robot").result()
    assert "is not offered now" in director.submit("s", "story: fly to the moon").result().reply.text
    assert "Chapter 2" in director.submit("s", "C").result().reply.text


@pytest.mark.parametrize("about", ["a fox", "an astronaut, twelve pages", "an owl and a mouse", "a key who is looking for a lamp, 5 pages"])
def test_every_way_through_the_story_changes_the_scene(about: str):
    """All orders of choices at three points of every chapter: each option applies, and none repeats what is there."""
    story = tale.outline(about)
    for pick in range(tale.CHOICES):
        at = story.scene.evolve(render=Render(seed=3))
        for chapter in range(1, story.pages):
            options = tale.offered(at, story, chapter)
            assert 2 <= len(options) <= tale.CHOICES and len({one.label for one in options}) == len(options)
            for option in options:
                assert apply(at, option.change) != at
            at = apply(at, options[pick % len(options)].change)


def test_explanations_summaries_and_the_diagram_in_the_chat(director):
    simple = director.submit("s", "explain CFG like I'm new").result().reply
    assert "once without a prompt" in simple.text and simple.suggestions == ("explain CFG like an engineer", "quiz me on CFG")
    assert "I do not know that" in director.submit("s", "explain sourdough like I'm new").result().reply.text
    assert "no way to a picture" in director.submit("s", "draw my workflow as a diagram").result().reply.text
    director.submit("s", "a fox in the snow").result()
    director.submit("s", "make it night").result()
    drawn = director.submit("s", "draw my workflow as a diagram").result().reply
    assert [ref.role for ref in drawn.pictures] == ["explained"] and "flowchart LR" in drawn.text and "night" in drawn.text
    with Image.open(io.BytesIO(director.store.artifacts.read(drawn.pictures[0].sha256))) as sheet:
        assert sheet.size == (drawn.pictures[0].width, drawn.pictures[0].height) and len(sheet.convert("RGB").getcolors(10**6) or []) > 4
    told = director.submit(
        "s", "summarise: Models remove noise. The seed fixes the noise. Steps remove noise slowly. Guidance follows the prompt."
    )
    assert told.result().reply.text.count("\n- ") == 3


@pytest.mark.parametrize("article", sorted(SHOWS))
def test_what_shows_it_on_the_picture_is_understood(article: str):
    scene = Scene(elements=(Element(name="fox"), Element(name="balloon")), setting="snow", style="watercolor", render=Render(seed=3))
    view = EMPTY.evolve(scene=scene)
    source = Source(number=1, title="", heading="", passage="", article=article)
    messages = offered(on_picture(Answer(text="", sources=(source,), confident=True), scene))
    assert messages
    for message in messages:
        plan = (read(message, view) or Planner().plan(view, message)).plan
        assert plan.action in ("refine", "compare", "read", "animate") or plan == Teach(what="walk"), message
        if isinstance(plan, Refine):
            assert apply(scene, plan.change) != scene


def test_an_answer_offers_it_only_where_there_is_a_picture(director):
    assert director.submit("s", "what does CFG do?").result().reply.suggestions == ()
    director.submit("s", "a fox in the snow").result()
    said = director.submit("s", "what does CFG do?").result().reply
    assert said.suggestions == ("drag the guidance scale",) and "See it on your picture" in said.text
    compared = director.submit("s", said.suggestions[0]).result()
    assert compared.action == "compare" and len(compared.reply.variants) == 4


def test_what_articles_and_notes_say_is_no_offer(director):
    assert offered(unoffered("- “undo”\n- “delete it”")) == ()
    pasted = "summarise:\n- “undo the picture now”\n- “undo the picture again”\n- “undo all of the pictures”\n- “undo one picture”"
    assert director.submit("s", pasted).result().reply.suggestions == ()


def test_offers_are_found_again():
    assert offered(f"Text with “quotes”.\n\n{offer(('a b', 'c'))}\n\nMore.") == ("a b", "c")
    with pytest.raises(InputError):
        tale.outline("in the snow")
