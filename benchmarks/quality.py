"""How well names are found and recognised: `make quality`.

With --data DIR (or TOP_QUALITY_DATA) on the organisations.csv.gz there, else on the shipped registry.
"""

import argparse
import asyncio
from pathlib import Path

from app.features.registry.commands import PACK
from benchmarks import lookup_quality, recognition_quality

QUERIES_PER_KIND = 150


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path)
    directory = options.parse_args().data or PACK.parent
    table = directory / PACK.name
    if directory == PACK.parent:
        print("Measured on the shipped registry; set TOP_QUALITY_DATA to measure on a fuller one.\n")
    print("## Lookup\n")
    asyncio.run(lookup_quality.run(table, None, QUERIES_PER_KIND, show_misses=False))
    print("\n## Recognition\n")
    recognition_quality.main([str(directory)])


if __name__ == "__main__":
    main()
