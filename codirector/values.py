"""The base of every value, and the few values that more than one room speaks. Knows no room."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Value(BaseModel):
    """A frozen value that rejects unknown fields and knows how to become a changed copy of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    def evolve(self, **changes: Any) -> Self:
        """A copy with `changes`, validated (pydantic's `model_copy(update=...)` is not). Raises pydantic.ValidationError."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(fields | changes)


class Span(Value):
    """A stretch of prompt text and how strongly it counts: 1.0 is neutral, 0 is ignored, above 1 is emphasised."""

    text: str
    weight: float = Field(default=1.0, ge=0.0, le=10.0)
