"""``python -m kastor_analysis`` is the command ``kastor``."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main()
