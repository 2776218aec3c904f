"""topctl in processes that are killed at a wanted moment: forked from one that has everything imported."""

import multiprocessing
import os
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["app.cli", "search.backends.embedded", "tests.deep.processes"])
_SECONDS = 60
DOCUMENTS = 100  # read at once for the index


@dataclass(frozen=True)
class Moment:
    """`delay` seconds after the n-th word of `phase`, or after the start where there is no phase."""

    phase: str | None
    delay: float
    word: int = 1

    def __str__(self) -> str:
        return f"{self.phase or 'start'}{self.word if self.word > 1 else ''}+{self.delay}"


class Topctl:
    """One running command."""

    def __init__(self, var: Path, arguments: list[str], environment: dict[str, str]) -> None:
        self._heard, telling = _FORKING.Pipe(duplex=False)
        given = environment | {"TOP_VAR": str(var), "LC_ALL": "en_US.UTF-8"}
        self._process = _FORKING.Process(target=_command, args=(var / "log", arguments, given, telling))
        self._process.start()
        telling.close()

    def end(self) -> int:
        """Wait for it; returns its exit status."""
        deadline = time.monotonic() + _SECONDS
        while self._heard.poll(max(0.0, deadline - time.monotonic())):
            try:
                self._heard.recv()
            except EOFError:
                break
        self._process.join(max(1.0, deadline - time.monotonic()))
        status = self._process.exitcode
        assert status is not None, "the command hangs"
        return status

    def kill_at(self, moment: Moment) -> bool:
        """Kill it then; False when it had ended before."""
        try:
            left = moment.word if moment.phase is not None else 0
            while left:
                left -= self._heard.recv() == moment.phase
        except EOFError:
            pass
        self._process.join(moment.delay)
        return self.kill()

    def kill(self) -> bool:
        """Now; False when it had ended before."""
        self._process.kill()
        self._process.join()
        return self._process.exitcode != 0


def topctl(var: Path, *arguments: object, **environment: str) -> Topctl:
    var.mkdir(exist_ok=True)
    return Topctl(var, [str(one) for one in arguments], environment)


def _command(log: Path, arguments: list[str], environment: dict[str, str], telling: Connection) -> None:
    os.environ |= environment
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    from app.cli import app
    from app.cli.progress import PhaseBars
    from app.features.registry import documents, rebuilding

    shown = PhaseBars.advance

    def advance(bars: PhaseBars, phase: str, done: int, total: int | None) -> None:
        shown(bars, phase, done, total)
        telling.send(phase)

    PhaseBars.advance = advance  # type: ignore[method-assign]
    # Steps small enough that a build of this registry has some.
    documents._BATCH = DOCUMENTS
    rebuilding.CHECKPOINT_EVERY = 3 * DOCUMENTS
    sys.argv = ["topctl", *arguments]
    app()
