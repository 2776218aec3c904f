"""Ana's company buys, Bo's sells, two of finance staff; with books of the application under test."""

from dataclasses import dataclass

from fastapi import FastAPI

from tests.features.ledger.books import Books
from tests.people import Known, add_company, add_person


@dataclass(frozen=True, slots=True)
class Cast:
    books: Books
    ana: Known
    bo: Known
    fin: Known
    con: Known

    @property
    def ana_id(self) -> int:
        assert self.ana.company_id is not None
        return self.ana.company_id

    @property
    def bo_id(self) -> int:
        assert self.bo.company_id is not None
        return self.bo.company_id


async def cast(app: FastAPI) -> Cast:
    database = app.state.database
    buyer, seller = [await add_company(database, name) for name in ("甲公司", "乙公司")]
    ana = await add_person(database, "安娜", company_id=buyer, role="admin", second_factor=True)
    bo = await add_person(database, "博", company_id=seller, role="finance", second_factor=True)
    fin, con = [
        await add_person(database, name, staff_roles=("finance",), second_factor=True)
        for name in ("芬", "康")
    ]
    return Cast(Books(database), ana, bo, fin, con)
