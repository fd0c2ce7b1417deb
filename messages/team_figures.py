"""`/mat team`, *Figures*: from how many concerns on the digest shows anything of them."""

from __future__ import annotations

from mat.clinic import Clinic
from mat.concerns.digest import LARGEST_GROUP, SMALLEST_GROUP
from mat.message import Message, View
from messages import block_kit as kit

TITLE = "Figures of concerns"


def form(clinic: Clinic, size: int) -> View:
    options = [kit.option(str(number), str(number)) for number in range(SMALLEST_GROUP, LARGEST_GROUP + 1)]
    field = kit.field(
        "Show figures from how many concerns on?",
        kit.choice("static_select", "mat:size", options, initial=str(size)),
        block_id="size",
        hint="Below that the digest says “too few”, the same for none and for a few. After it has shown figures a new period begins.",
    )
    told = kit.context("A smaller number counts from the next period on, and I say so in the team's channel.")
    metadata = kit.pack(clinic=clinic.id)
    return kit.modal(TITLE, "mat:team:figures", [field, told], submit="Save", metadata=metadata)


def saved(size: int, *, told: bool) -> Message:
    """`told`: staff hear of it, because the number is smaller than before."""
    text = f"*Saved.* The digest shows figures from {size} concerns on."
    if told:
        text += " That counts from the next period on, and I'll say so in the team's channel."
    return kit.message(text, [kit.section(text)])


def smaller_now(clinic: Clinic, before: int, size: int) -> str:
    """The notice in the team's channel when the number is smaller than before."""
    return (
        f"The digest of {kit.escape(clinic.name)} shows leadership figures of concerns from {size} on, not from {before}. "
        "That counts from the next period on: whoever has raised a concern since the last figures keeps what was promised."
    )
