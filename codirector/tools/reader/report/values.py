"""The values of a report: figures, steps, checks. Pure; they do not know how they are shown."""

from __future__ import annotations

from pydantic import Field

from codirector.values import Text, Value


class Figure(Value):
    """A PNG, and what it shows in words for those who do not see it. `name` is its file name without ending."""

    name: Text
    png: bytes = Field(repr=False)
    caption: str
    alt: str
    width: int
    height: int


class Occlusion(Value):
    """A heat map, checked: the score of `label` in the picture as it is, with the hottest part hidden, and with a part of the same
    size hidden that the heat map calls cold. `holds`: hiding the hot part costs at least a fifth of the score, and more than the cold."""

    label: Text
    before: float
    hot_hidden: float
    cold_hidden: float
    area: float = Field(ge=0.0, le=1.0)

    @property
    def holds(self) -> bool:
        return self.hot_hidden <= 0.8 * self.before and self.hot_hidden < self.cold_hidden

    @property
    def words(self) -> str:
        verdict = "the map holds" if self.holds else "THE MAP FAILS THIS CHECK: do not trust it"
        return (
            f"{self.label}: score {self.before:.2f}; with the hottest {100 * self.area:.0f} % hidden {self.hot_hidden:.2f}, "
            f"with as much elsewhere hidden {self.cold_hidden:.2f}: {verdict}."
        )


class Step(Value):
    """One of the five steps. `plain` is two sentences for anybody, `more` the shapes and formulae, `lines` the findings."""

    number: int = Field(ge=1, le=5)
    title: Text
    plain: str
    more: str
    lines: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    checks: tuple[Occlusion, ...] = ()


class Report(Value):
    """The whole report. `reader` says which model read the picture; `seconds` how long the computation took."""

    title: Text
    reader: Text
    caption: str
    steps: tuple[Step, ...]
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for step in self.steps for figure in step.figures)

    @property
    def checks(self) -> tuple[Occlusion, ...]:
        return tuple(check for step in self.steps for check in step.checks)
