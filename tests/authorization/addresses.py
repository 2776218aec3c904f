"""Where the routes stand in the world of the tests. A route with parameters that is missing here fails."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from fastapi import FastAPI

from app.kit.ids import stable_id
from app.web.policy import Policy, policies
from tests.application import REPORT
from tests.authorization.world import World
from tests.purchases import FACT, NEED

Owner = Literal["public", "shown", "company", "person", "maker", "asker", "link"]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Place:
    """Something a route speaks of: what company A or Ana own (`{}` filled from `World.ids`), or public.

    shown: any signed-in member may read it. company: members of A alone. person: Ana alone.
    maker: Ana, and the admins of A. asker: whoever of staff asked for it. link: whoever holds the link of
    a mail.
    """

    address: str
    owner: Owner = "public"
    id_name: str = ""
    body: Mapping[str, str] = field(default_factory=dict)  # sent with it: some routes name objects there


ASKS_NOBODY = ("/suggest", "/api/v1/openapi.json")

# Pages, where needed with the method; their addresses under /api/v1 are the same unless named.
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
    "/invitations/{token}": Place("/invitations/{invited}", "link"),
    "/companies/{public_id}": Place("/companies/{company}", "shown", "company"),
    **{
        f"/company/members/{{public_id}}{step}": Place(
            f"/company/members/{{person}}{step}", "company", "person"
        )
        for step in ("", "/suspension", "/reinstatement", "/removal")
    },
    "/company/members/{public_id}/role": Place(
        "/company/members/{person}/role", "company", "person", {"role": "sales"}
    ),
    **{
        f"/company/invitations/{{public_id}}{step}": Place(
            f"/company/invitations/{{invitation}}{step}", "company", "invitation"
        )
        for step in ("", "/withdrawal")
    },
    "/company/verification/documents/{public_id}": Place(
        "/company/verification/documents/{document}", "company", "document"
    ),
    "/company/verification/{public_id}/appeal": Place(
        "/company/verification/{verification}/appeal", "company", "verification", {"note": "请再看一次。"}
    ),
    "/staff/companies/{public_id}": Place("/staff/companies/{company}"),
    "/staff/companies/{public_id}/documents": Place("/staff/companies/{company}/documents"),
    "/staff/companies/{public_id}/change": Place("/staff/companies/{company}/change"),
    "/staff/mail/{mail_id}/retry": Place("/staff/mail/{stuck}/retry"),
    "/staff/mail/{mail_id}/deletion": Place("/staff/mail/{stuck}/deletion"),
    "/staff/verifications/{public_id}": Place("/staff/verifications/{verification}"),
    "/staff/verifications/{public_id}/decision": Place("/staff/verifications/{verification}/decision"),
    "/staff/verifications/documents/{public_id}": Place("/staff/verifications/documents/{waiting_document}"),
    "/account/mail/{token}": Place("/account/mail/{change_mail}", "link"),
    "/account/sessions/{public_id}/end": Place("/account/sessions/{session}/end", "person", "session"),
    "/account/sessions/{public_id}": Place("/account/sessions/{session}", "person", "session"),
    "/account/second-factors/passkeys/{public_id}/remove": Place(
        "/account/second-factors/passkeys/{passkey}/remove", "person", "passkey"
    ),
    "/account/second-factors/passkeys/{public_id}": Place(
        "/account/second-factors/passkeys/{passkey}", "person", "passkey"
    ),
    **{
        f"/account/tokens/{{public_id}}{step}": Place(
            f"/account/tokens/{{api_token}}{step}", "maker", "api_token"
        )
        for step in ("", "/approve", "/refuse", "/revoke")
    },
    "/staff/reports/{public_id}/decision": Place(f"/staff/reports/{REPORT}/decision"),
    "/staff/roles/changes/{public_id}/decision": Place("/staff/roles/changes/{role_change}/decision"),
    "/staff/break-glass/{public_id}/decision": Place("/staff/break-glass/{glass_asked}/decision"),
    "/staff/break-glass/{public_id}/end": Place("/staff/break-glass/{glass_open}/end", "asker", "glass_open"),
    "/staff/break-glass/{public_id}": Place("/staff/break-glass/{glass_open}", "asker", "glass_open"),
    "/staff/break-glass/company-members/{public_id}": Place(
        "/staff/break-glass/company-members/{company}", "asker", "company"
    ),
    "/staff/break-glass/documents/{public_id}": Place(
        "/staff/break-glass/documents/{document}", "asker", "document"
    ),
    "/wallet/transfers/{public_id}": Place("/wallet/transfers/{transfer}", "company", "transfer"),
    "/wallet/transfers/{public_id}/proof": Place("/wallet/transfers/{transfer}/proof", "company", "transfer"),
    "/wallet/payouts/{public_id}/cancel": Place("/wallet/payouts/{payout}/cancel", "company", "payout"),
    "POST /wallet/appeals": Place(
        "/wallet/appeals", "company", "hold", {"transfer": "{hold}", "text": "这笔收益应当结算给我们。"}
    ),
    **{
        f"/staff/ledger/companies/{{company}}{act}": Place(f"/staff/ledger/companies/{{company}}{act}")
        for act in ("", "/top-ups", "/goodwill", "/bonuses", "/freezes")
    },
    "/staff/ledger/companies/{company}/{act}": Place("/staff/ledger/companies/{company}/top_up"),
    "/staff/ledger/freezes/{public_id}": Place("/staff/ledger/freezes/{freeze}"),
    "/staff/ledger/freezes/{public_id}/lift": Place("/staff/ledger/freezes/{freeze}/lift"),
    "/staff/ledger/proposals/{public_id}/decision": Place("/staff/ledger/proposals/{proposal}/decision"),
    "/staff/ledger/payouts/{public_id}": Place("/staff/ledger/payouts/{payout}"),
    "/staff/ledger/appeals/{public_id}/decision": Place("/staff/ledger/appeals/{appeal}/decision"),
    "/staff/ledger/disputes/{transfer}": Place("/staff/ledger/disputes/{sale}"),
    "/staff/ledger/events/{public_id}": Place("/staff/ledger/events/{event}"),
    "/staff/ledger/events/{public_id}/settle": Place("/staff/ledger/events/{event}/settle"),
    "/api/v1/payments/{provider}/events": Place("/api/v1/payments/nobody/events"),
    "/account/data/copies/{token}": Place("/account/data/copies/{export}", "person", "export"),
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
    missing: str  # the same with an id that nothing has
    body: Mapping[str, str]
    missing_body: Mapping[str, str]

    @property
    def names_an_object(self) -> bool:
        """Something of A, so that it can be hidden or missing."""
        return bool(self.place.id_name) and self.place.owner in ("company", "person", "maker")

    @property
    def asks_who(self) -> bool:
        """A few answers are the same for everybody and read nothing of who asks."""
        return self.template not in ASKS_NOBODY

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def table(app: FastAPI, world: World) -> Iterator[Asked]:
    """Every route the product declares, by method."""
    for template, methods, found in policies(app.router.routes):
        for method in sorted(methods - {"HEAD"}):
            place = _place(template, method)
            missing = world.ids | ({place.id_name: missing_id(world, place)} if place.id_name else {})
            yield Asked(
                template,
                method,
                found[0],
                place,
                place.address.format_map(world.ids),
                place.address.format_map(missing),
                {name: value.format_map(world.ids) for name, value in place.body.items()},
                {name: value.format_map(missing) for name, value in place.body.items()},
            )


def missing_id(world: World, place: Place) -> str:
    """An id that nothing has, as long as the one it stands for."""
    length = len(world.ids[place.id_name])
    return stable_id("missing", place.id_name).ljust(length, "x")[:length]


def _place(template: str, method: str) -> Place:
    """By method where the methods of an address speak of different things."""
    bare = template.removeprefix("/api/v1")
    for key in (template, f"{method} {bare}", bare):
        if key in PLACES:
            place = PLACES[key]
            return place if template == bare or key == template else _under_api(place)
    assert "{" not in template, f"no address for {template}"
    return Place(template)


def _under_api(place: Place) -> Place:
    return replace(place, address=f"/api/v1{place.address}")
