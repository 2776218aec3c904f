"""Where documents are kept, as the entry point says."""

from typing import Annotated

from fastapi import Depends, Request

from app.features.members.companies.verification.files import DocumentStore


async def _documents(request: Request) -> DocumentStore:
    store: DocumentStore = request.app.state.documents
    return store


DocumentsDep = Annotated[DocumentStore, Depends(_documents)]
