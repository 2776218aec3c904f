"""Progress bars for long work."""

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from app.cli.terminal import err, say
from app.kit.text import Text

_PHASES = {
    "reading": Text(zh="读取", en="Reading"),
    "analysing": Text(zh="分析名称", en="Analysing names"),
    "storing": Text(zh="写入", en="Storing"),
    "indexing": Text(zh="建立索引", en="Indexing"),
    "verifying": Text(zh="核对", en="Verifying"),
}


class PhaseBars:
    """One bar a phase, on stderr; `advance` is what long work calls with (phase, done, total or None)."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "PhaseBars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, phase: str, done: int, total: int | None) -> None:
        if phase not in self._tasks:
            self._tasks[phase] = self._progress.add_task(say(_PHASES[phase]), total=total)
        self._progress.update(self._tasks[phase], completed=done, total=total)
