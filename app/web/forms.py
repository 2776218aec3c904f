"""What a posted form holds, as plain texts."""

from fastapi import Request

_LONGEST = 5_000


async def typed(request: Request) -> dict[str, str]:
    """Each field once and cut to a length that no field of ours needs; files are left out."""
    form = await request.form()
    return {name: value[:_LONGEST] for name, value in form.items() if isinstance(value, str)}
