"""Made-up organisations and facts: for benches alone, in databases of their own.

Every such row names a source whose key begins with PREFIX. A database takes them only where the source
named PREFIX itself is there already, which nothing in the product writes: a bench marks its database so.
"""

from collections.abc import Iterable

from sqlalchemy import select

from app.db.engine import WriteSession
from app.features.registry.models import Source
from app.kit.errors import Invalid
from app.kit.text import Text

PREFIX = "synthetic:"


async def refuse_synthetic(session: WriteSession, sources: Iterable[str]) -> None:
    """Raises Invalid where a made-up source would enter a database that is not marked for benches."""
    if not any(key.startswith(PREFIX) for key in sources):
        return
    if await session.scalar(select(Source.id).where(Source.key == PREFIX)) is None:
        raise Invalid(
            Text(
                zh=f"来源以“{PREFIX}”开头的是合成数据，只用于性能测试，不能导入；未导入任何内容。",
                en=f"Rows whose source begins with “{PREFIX}” are made up for benches and cannot be "
                "imported; nothing was imported.",
            ),
            field="source",
        )
