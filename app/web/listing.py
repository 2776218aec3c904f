"""The shape of every list in the API."""

from typing import Generic, TypeVar

from pydantic import BaseModel, Field

Item = TypeVar("Item")


class Listing(BaseModel, Generic[Item]):
    """`next` is the cursor of the next page, or null at the end."""

    items: list[Item]
    next: str | None = Field(default=None, description="cursor of the next page; null at the end")
