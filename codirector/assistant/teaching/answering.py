"""What a turn that teaches says. It chooses no words of its own about the subject: those are the articles'."""

from typing import NamedTuple

from codirector.assistant.plan import Teach
from codirector.assistant.session.record import SessionView
from codirector.assistant.teaching import course, diagram
from codirector.assistant.teaching.understand import course_of
from codirector.assistant.teaching.walk import walk
from codirector.assistant.turn.answer import cited
from codirector.assistant.turn.reply import offer, unoffered
from codirector.assistant.turn.state import Tools
from codirector.errors import InputError
from codirector.tools.events import Product


class Taught(NamedTuple):
    """The reply, the plan as it is to be remembered, and files."""

    text: str
    plan: Teach
    products: tuple[Product, ...] = ()


def teach(plan: Teach, view: SessionView, tools: Tools, owner: str) -> Taught:
    """Raises InputError where there is nothing to teach, answer, sum up or draw, CodirectorError where drawing fails."""
    match plan.what:
        case "lesson" | "quiz":
            step = course.begin(plan.what, plan.text)
            return Taught(step.text, plan.evolve(course=step.course))
        case "answer" | "stop":
            now = course_of(view)
            if now is None:
                raise InputError("No question is open.", "Begin with: quiz me, or: teach me the basics")
            if plan.what == "stop":
                step = course.ended(now)
            elif (choice := course.choice_of(now, plan.text)) is not None:
                step = course.answered(now, choice)
            else:
                raise InputError("That is none of the answers.", "Say its letter, for example: B")
            return Taught(step.text, plan.evolve(course=step.course))
        case "explain":
            return Taught(_explain(plan, tools), plan)
        case "summary":
            sentences = tools.library().summarise(plan.text)
            lines = unoffered("\n".join(f"- {sentence}" for sentence in sentences))
            return Taught(f"The {len(sentences)} sentences that say most of it, in your own words:\n\n{lines}", plan)
        case "diagram":
            return _diagram(plan, view, tools)
        case "walk":
            walked = walk(view, tools, owner)
            return Taught(walked.text, plan, walked.products)


def _explain(plan: Teach, tools: Tools) -> str:
    assert plan.audience
    answer = tools.library().explain(plan.text, plan.audience)
    if not answer.confident:
        return answer.text
    other = "an engineer" if plan.audience == "new" else "I am new"
    return f"{cited(answer)}\n\n{offer((f'explain {plan.text} like {other}', f'quiz me on {plan.text}'))}"


def _diagram(plan: Teach, view: SessionView, tools: Tools) -> Taught:
    found = diagram.boxes(view)
    if not found:
        raise InputError("There is no way to a picture to draw yet.", "Describe one first, for example: a fox in the snow")
    png, width, height = diagram.draw(found, tools.store.artifacts.read)
    text = f"**1. The way to this picture.** {len(found)} turns, each one change.\n\n```mermaid\n{diagram.mermaid(found)}\n```"
    return Taught(text, plan, (Product(role="explained", data=png, width=width, height=height),))
