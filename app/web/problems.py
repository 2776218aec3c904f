"""Refusals of the JSON API (RFC 9457): their shape, and their place in the OpenAPI description."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

MEDIA_TYPE = "application/problem+json"
_REFERENCE = "#/components/schemas/{model}"
_ALWAYS = (422, 429, 503)
_WITH_BODY = (403, 413)
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
            _describe(schema)
        return schema

    app.openapi = described  # type: ignore[method-assign]


def _describe(schema: dict[str, Any]) -> None:
    components = schema["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template=_REFERENCE)
    components.update(problem.pop("$defs"), Problem=problem)
    for name in _UNUSED:
        components.pop(name, None)
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            operation["responses"] |= {str(code): _response(code) for code in _codes(path, operation)}


def _codes(path: str, operation: dict[str, Any]) -> list[int]:
    """The statuses that this operation may refuse with."""
    named = [404] if "{" in path else []
    return sorted([*_ALWAYS, *named, *(_WITH_BODY if "requestBody" in operation else ())])


def _response(code: int) -> dict[str, Any]:
    reference = {"$ref": _REFERENCE.format(model=Problem.__name__)}
    return {"description": HTTPStatus(code).phrase, "content": {MEDIA_TYPE: {"schema": reference}}}
