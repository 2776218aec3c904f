"""The build of the search index as a process of its own, so that the serving one stays small."""

import asyncio
import json
import sys

import structlog

_KEPT = 2_000  # bytes of what the child complains about

log = structlog.get_logger()


async def rebuild_in_child() -> None:
    """Run `topctl reindex --json` and log its progress. Raises RuntimeError when it fails."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "reindex",
        "--json",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    _, errors = await asyncio.gather(_log_progress(child.stdout), _end_of(child.stderr))
    if await child.wait():
        raise RuntimeError(f"reindex failed: {errors.decode(errors='replace')[-300:]}")


async def _log_progress(output: asyncio.StreamReader) -> None:
    async for line in output:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        log.info("index_build", **told)


async def _end_of(output: asyncio.StreamReader) -> bytes:
    """Read all, so that the child never waits for us; keep the end."""
    kept = b""
    while chunk := await output.read(65_536):
        kept = (kept + chunk)[-_KEPT:]
    return kept
