"""Where the routes stand in the world of the tests. A route with parameters that is missing here fails."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fastapi import FastAPI

from app.kit.ids import stable_id
from app.web.policy import Policy, policies
from tests.application import REPORT
from tests.authorization.world import World
from tests.purchases import FACT, NEED

Owner = Literal["public", "shown", "company", "person", "link"]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Place:
    """Something a route speaks of: what company A or Ana own (`{}` filled from `World.ids`), or public.

    shown: any signed-in member may read it. company: members of A alone. person: Ana alone.
    link: whoever holds the link, which a mail brought.
    """

    address: str
    owner: Owner = "public"
    id_name: str = ""


# Pages; their addresses under /api/v1 are the same unless named.
PLACES: dict[str, Place] = {
    "/industries/{code}": Place("/industries/healthcare"),
    "/needs/{slug}": Place("/needs/mlps-l3"),
    "/regulations/{slug}": Place("/regulations/csl"),
    "/outlines/{slug}": Place("/outlines/sol-mlps-l3"),
    "/lookup": Place("/lookup?q=北京"),
    "/suggest": Place("/suggest?q=北京"),
    "/recognise": Place("/recognise?name=红河州第五人民医院"),
    "/recognise/brief": Place("/recognise/brief?name=红河州第五人民医院"),
    "/recognise/brief.docx": Place("/recognise/brief.docx?name=红河州第五人民医院"),
    "/facts/{public_id}": Place(f"/facts/{FACT}"),
    "/explore/needs/{slug}.csv": Place(f"/explore/needs/{NEED}.csv"),
    "/api/v1/organisations": Place("/api/v1/organisations?q=北京"),
    "/organisations/{public_id}": Place("/organisations/{organisation}"),
    "/organisations/{public_id}/brief": Place("/organisations/{organisation}/brief"),
    "/organisations/{public_id}/brief.docx": Place("/organisations/{organisation}/brief.docx"),
    "/organisations/{public_id}/facts": Place("/organisations/{organisation}/facts"),
    "/organisations/{public_id}/facts.csv": Place("/organisations/{organisation}/facts.csv"),
    "/explore/white-space/{public_id}.csv": Place("/explore/white-space/{organisation}.csv"),
    "/report": Place("/report?about=organisation&id={organisation}"),
    "/reports/{public_id}": Place(f"/reports/{REPORT}"),
    "/confirm-mail/{token}": Place("/confirm-mail/{confirm}", "link"),
    "/password/new/{token}": Place("/password/new/{reset}", "link"),
    "/staff/reports/{public_id}/decision": Place(f"/staff/reports/{REPORT}/decision"),
    "/my/follows/{public_id}": Place("/my/follows/{follow}", "person", "follow"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of the table: a route, its policy, and a concrete address."""

    template: str
    method: str
    policy: Policy
    place: Place
    address: str
    missing: str  # the same with an id that nothing has; empty where the route names nothing of A

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def table(app: FastAPI, world: World) -> Iterator[Asked]:
    """Every route the product declares, by method."""
    for template, methods, found in policies(app.router.routes):
        bare = template.removeprefix("/api/v1")
        place = PLACES.get(template) or _under_api(PLACES.get(bare))
        assert place or "{" not in template, f"no address for {template}"
        place = place or Place(template)
        missing = dict(world.ids)
        if place.id_name:
            missing[place.id_name] = stable_id("missing", place.id_name)[: len(world.ids[place.id_name])]
        address = place.address.format_map(world.ids)
        other = place.address.format_map(missing)
        for method in sorted(methods - {"HEAD"}):
            yield Asked(template, method, found[0], place, address, other if other != address else "")


def _under_api(place: Place | None) -> Place | None:
    return Place(f"/api/v1{place.address}", place.owner, place.id_name) if place else None
