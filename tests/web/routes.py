"""Every route of the application, with a path that exists: the walks of the statements start here."""

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.web.policy import policies
from tests.application import REPORT
from tests.purchases import FACT, NEED

EXAMPLES = {
    "/industries/{code}": "/industries/healthcare",
    "/needs/{slug}": "/needs/mlps-l3",
    "/regulations/{slug}": "/regulations/csl",
    "/outlines/{slug}": "/outlines/sol-mlps-l3",
    "/lookup": "/lookup?q=北京",
    "/suggest": "/suggest?q=北京",
    "/recognise": "/recognise?name=红河州第五人民医院",
    "/recognise/brief": "/recognise/brief?name=红河州第五人民医院",
    "/recognise/brief.docx": "/recognise/brief.docx?name=红河州第五人民医院",
    "/facts/{public_id}": f"/facts/{FACT}",
    "/explore/needs/{slug}.csv": f"/explore/needs/{NEED}.csv",
    "/api/v1/organisations": "/api/v1/organisations?q=北京",
    "/staff/break-glass/company-members/{public_id}": "/staff/break-glass/company-members/OfNobody",
    "/api/v1/my/follows/{public_id}": "/api/v1/my/follows/OfNobody",
    "/staff/ledger/companies/{company}": "/staff/ledger/companies/OfNobody",
    "/wallet/transfers/{public_id}": "/wallet/transfers/OfNobody",
    "/wallet/transfers/{public_id}/proof": "/wallet/transfers/OfNobody/proof",
    "/wallet/payouts/{public_id}/cancel": "/wallet/payouts/OfNobody/cancel",
}

# Links of mails: used up once, so that a walk meets what everybody else would.
EXAMPLES_OF_LINKS = {
    "/password/new/{token}": "/password/new/unknown",
    "/account/mail/{token}": "/account/mail/unknown",
    "/account/data/copies/{token}": "/account/data/copies/unknown",
    "/confirm-mail/{token}": "/confirm-mail/unknown",
    "/invitations/{token}": "/invitations/unknown",
}


def paths_of(app: FastAPI, *, method: str, organisation: str) -> list[str]:
    """Concrete paths of all routes answering `method`; a route without an example fails the walk."""
    known = (
        EXAMPLES
        | EXAMPLES_OF_LINKS
        | {
            **{
                path: path.replace("{public_id}", organisation)
                for path in (
                    "/organisations/{public_id}",
                    "/organisations/{public_id}/brief",
                    "/organisations/{public_id}/brief.docx",
                    "/organisations/{public_id}/facts",
                    "/organisations/{public_id}/facts.csv",
                    "/explore/white-space/{public_id}.csv",
                    # For members and staff alone: what nobody known meets is the same for any id.
                    "/companies/{public_id}",
                    "/company/members/{public_id}",
                    "/company/verification/documents/{public_id}",
                    "/staff/verifications/{public_id}",
                    "/staff/companies/{public_id}",
                    "/staff/companies/{public_id}/change",
                    "/staff/companies/{public_id}/documents",
                    "/staff/verifications/documents/{public_id}",
                    "/staff/break-glass/documents/{public_id}",
                )
            },
            "/report": f"/report?about=organisation&id={organisation}",
            "/reports/{public_id}": f"/reports/{REPORT}",
        }
    )
    found = []
    for path, methods in declared(app):
        if method not in methods:
            continue
        bare = path.removeprefix("/api/v1")
        example = known.get(path) or ("/api/v1" + known[bare] if path != bare and bare in known else None)
        assert example or "{" not in path, f"no example for {path}"
        found.append(example or path)
    return found


def open_to(app: FastAPI, *, who: set[str]) -> set[str]:
    """Paths of the routes whose policy names one of these."""
    return {path for path, _, found in policies(app.router.routes) if found[0].who in who}


def declared(app: FastAPI) -> list[tuple[str, set[str]]]:
    """(path, methods) of every page and API route."""
    return [
        (context.path, set(context.methods))
        for context in iter_route_contexts(app.routes)
        if context.path and context.methods
    ]
