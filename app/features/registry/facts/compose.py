"""Composes the shipped notices from a full file of them: bare facts alone, never a word of their text.

Reproducible: the same input gives the same bytes.
"""

import csv
import gzip
import io
from pathlib import Path

from app.features.registry.facts.notice_file import read_notices
from app.features.registry.facts.shape import GIVEN_SHAPE, NoticeShape

# What was published, by whom, when, where and for how much. The excerpt of the text and the source's own
# classification stay behind. Why: docs/decisions/shipped-registry.md.
BARE = (
    "source", "published_on", "buyer", "province", "city", "title", "kind", "budget", "award", "site",
)  # fmt: skip
BARE_SHAPE = NoticeShape(columns={field: GIVEN_SHAPE.columns[field] for field in BARE})


def compose_notices(source: Path, target: Path) -> int:
    """Write the bare facts of the notices in `source` to `target`, gzip; returns how many.

    Raises FileRefused.
    """
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, BARE_SHAPE.columns.values(), lineterminator="\n")
    writer.writeheader()
    notices = 0
    for _, record, _ in read_notices(source, BARE_SHAPE):
        if record is not None:
            writer.writerow({BARE_SHAPE.columns[field]: record[field] for field in BARE})
            notices += 1
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=9, mtime=0) as archive:
        archive.write(buffer.getvalue().encode())
    target.write_bytes(packed.getvalue())
    return notices
