"""Refusals that are the registry's own."""

from dataclasses import dataclass

from app.kit.errors import NotFound
from app.kit.text import Text


@dataclass(frozen=True, slots=True)
class Successor:
    """An organisation that took another's place."""

    public_id: str
    name: str
    place: str | None

    @property
    def href(self) -> str:
        return f"/organisations/{self.public_id}"


class OrganisationMoved(NotFound):
    """No longer there under this id: `kind` is merged (one successor), split, or closed (perhaps one)."""

    def __init__(self, public_id: str, name: str, kind: str, successors: tuple[Successor, ...]) -> None:
        listed = "、".join(f"{one.name}（{one.href}）" for one in successors)
        listed_en = ", ".join(f"{one.name} ({one.href})" for one in successors)
        super().__init__(
            Text(
                zh=f"“{name}”已不再单独存在{f'，现为：{listed}' if listed else '：该单位已关闭'}。",
                en=f"“{name}” is no longer there by itself"
                + (f"; see {listed_en}." if listed_en else ": the organisation is closed."),
            ),
            field="id",
        )
        self.public_id = public_id
        self.name = name
        self.organisation_kind = kind
        self.successors = successors
