"""Changes as sentences for models that edit by instruction."""

import pytest

from codirector.prompts.change import AddElement, Adjust, AlterElement, Lock, RemoveElement, ReplaceElement, Retouch, SetField
from codirector.prompts.instruct import instruction
from codirector.prompts.scene import Adjustment, Element, Retouching


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (AddElement(element=Element(name="balloon", colour="red", placement="on the left")), "add a red balloon on the left"),
        (AddElement(element=Element(name="owl", count=3)), "add three owls"),
        (RemoveElement(name="fox"), "remove the fox"),
        (ReplaceElement(name="fox", element=Element(name="owl")), "replace the fox with an owl"),
        (AlterElement(name="fox", attribute="colour", value="blue"), "make the fox blue"),
        (AlterElement(name="sign", attribute="text", value="OPEN"), "write “OPEN” on the sign"),
        (SetField(field="lighting", value="night"), "change the light to night"),
        (SetField(field="setting", value="in a forest"), "change the background to a forest"),
        (SetField(field="mood", value=""), "remove the mood"),
        (Retouch(retouching=Retouching(mode="remove", region="the car")), "remove the car"),
        (Retouch(retouching=Retouching(region="the sky", content="clouds")), "replace the sky with clouds"),
        (Lock(target="seed"), ""),
        (Adjust(adjustment=Adjustment(kind="warmth", amount=0.2)), ""),
        (None, ""),
    ],
)
def test_changes_are_worded(change, words):
    assert instruction(change) == words
