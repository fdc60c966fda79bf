"""``python -m kastor_analysis.simulation FOLDER``: rewrite the sample data."""

from __future__ import annotations

import argparse
from pathlib import Path

from .samples import write_samples


def main(arguments: list[str] | None = None) -> int:
    """Write the sample data into the folder named."""
    parser = argparse.ArgumentParser(
        prog="python -m kastor_analysis.simulation", description="Rewrite the sample data."
    )
    parser.add_argument("folder", type=Path, nargs="?", default=Path("sample_data"))
    for path in write_samples(parser.parse_args(arguments).folder):
        print(f"{path.stat().st_size:9,d}  {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
