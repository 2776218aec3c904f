"""Refusals of the JSON API (RFC 9457): their shape, and their place in the OpenAPI description."""

from collections.abc import Set
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from app.web.policy import policies

MEDIA_TYPE = "application/problem+json"
_REFERENCE = "#/components/schemas/{model}"
_ALWAYS = (422, 429, 503)
_WITH_BODY = (403, 413)
_CHANGING = (401, 403, 404, 409)  # a secret that is wrong, a form that is old, what is gone or changed
_OF_PEOPLE = (401, 403, 404)  # nobody is signed in; the role does not allow it; it is hidden
_UNUSED = ("HTTPValidationError", "ValidationError")


class FieldProblem(BaseModel):
    """What is wrong with one field or parameter."""

    field: str = Field(examples=["q"])
    detail: str


class Problem(BaseModel):
    """A refusal; `detail` and `errors` are in the reader's language (Accept-Language)."""

    type: str = "about:blank"
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(description="what is wrong, the limit, and the way out")
    request_id: str = Field(description="quote it when you report the problem")
    errors: list[FieldProblem] | None = Field(default=None, description="absent where no field is to blame")
    successors: list[dict[str, str]] | None = Field(
        default=None, description="id and name of what took the place of an organisation that is gone"
    )


def describe_problems(app: FastAPI) -> None:
    """Have the OpenAPI description name every refusal that an operation may answer with."""
    generate = app.openapi

    def described() -> dict[str, Any]:
        is_new = app.openapi_schema is None
        schema = generate()
        if is_new:
            _describe(schema, _of_people(app))
        return schema

    app.openapi = described  # type: ignore[method-assign]


def _of_people(app: FastAPI) -> set[tuple[str, str]]:
    """(path, method) of what not everybody may ask for."""
    return {
        (path, method.lower())
        for path, methods, found in policies(app.router.routes)
        for method in methods
        if any(policy.who not in ("anyone", "visitor") for policy in found)
    }


def _describe(schema: dict[str, Any], of_people: Set[tuple[str, str]]) -> None:
    components = schema["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template=_REFERENCE)
    components.update(problem.pop("$defs"), Problem=problem)
    for name in _UNUSED:
        components.pop(name, None)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            codes = _codes(path, method, operation, needs_known=(path, method) in of_people)
            operation["responses"] |= {str(code): _response(code) for code in codes}


def _codes(path: str, method: str, operation: dict[str, Any], *, needs_known: bool) -> list[int]:
    """The statuses that this operation may refuse with."""
    named = {404} if "{" in path else set()
    known = _OF_PEOPLE if needs_known else ()
    changing = () if method == "get" else _CHANGING
    return sorted({*_ALWAYS, *named, *known, *changing, *(_WITH_BODY if "requestBody" in operation else ())})


def _response(code: int) -> dict[str, Any]:
    reference = {"$ref": _REFERENCE.format(model=Problem.__name__)}
    return {"description": HTTPStatus(code).phrase, "content": {MEDIA_TYPE: {"schema": reference}}}
