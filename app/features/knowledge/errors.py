"""What the room refuses, with the place and the reason."""

from dataclasses import dataclass

from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.text import Text


@dataclass(frozen=True, slots=True)
class PackProblem:
    """One thing wrong with the pack: in which file, at which entry and field, and why."""

    file: str
    entry: str
    reason: Text

    def __str__(self) -> str:
        place = f"{self.file}: {self.entry}" if self.entry else self.file
        return f"{place}: {self.reason.en}"


class PackError(Invalid):
    """The pack was refused as a whole; `problems` holds everything found wrong in it."""

    def __init__(self, problems: tuple[PackProblem, ...]) -> None:
        count = len(problems)
        super().__init__(
            Text(
                zh=f"知识包有 {count} 处问题，未加载任何内容；请逐条修改后重试",
                en=f"The knowledge pack has {count} problem(s); nothing was loaded. Fix them and load again",
            )
        )
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join([self.message.en, *map(str, self.problems)])


class PackNotLoaded(Conflict):
    """The database holds no pack that this version of the program can read."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                zh="知识包尚未加载或版本不符，请运行 topctl pack load",
                en="The knowledge pack is not loaded or of another version; run: topctl pack load",
            )
        )


def not_found(kind: Text, slug: str) -> NotFound:
    """A refusal that names what was asked for; long or odd slugs are shown shortened."""
    shown = slug if len(slug) <= 80 else f"{slug[:80]}…"
    return NotFound(
        Text(zh=f"没有这个{kind.zh}：{shown}", en=f"No such {kind.en}: {shown}"),
        field="slug",
    )
