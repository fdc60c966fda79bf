"""Names of watches as runners know them, from the numbers and texts a file gives."""

from __future__ import annotations

import re

from .profile import ENUMS

GARMIN = frozenset({1, 2, 13, 15, 89})
"""Manufacturers whose product numbers are Garmin's."""

_MAKERS = {
    "coros": "Coros",
    "coros_byte": "Coros",
    "suunto": "Suunto",
    "polar_electro": "Polar",
    "wahoo_fitness": "Wahoo",
    "huami": "Amazfit",
    "zepp": "Amazfit",
    "apple": "Apple",
    "stryd": "Stryd",
    "tomtom": "TomTom",
    "hammerhead": "Hammerhead",
    "zwift": "Zwift",
    "strava": "Strava",
    "huawei": "Huawei",
}

_PRODUCTS = {
    "coros": {801: "Apex", 802: "Pace 2", 803: "Vertix", 804: "Pace 3"},
}
"""Only what recordings whose watch is known bear out."""

_LINES = (
    (re.compile(r"^fr(\d+)((?:xt)?)"), "Forerunner {}{}"),
    (re.compile(r"^fenix(\d?)"), "fenix {}"),
    (re.compile(r"^vivo_?active_?(\d?)"), "vivoactive {}"),
    (re.compile(r"^venusq_?(\d?)"), "Venu Sq {}"),
    (re.compile(r"^venu_?(\d?)"), "Venu {}"),
    (re.compile(r"^instinct_?(\d?)"), "Instinct {}"),
    (re.compile(r"^epix"), "epix"),
    (re.compile(r"^enduro(\d?)"), "Enduro {}"),
    (re.compile(r"^edge_?"), "Edge "),
    (re.compile(r"^marq"), "MARQ"),
)

_NOT_SAID = frozenset(
    (
        *("asia", "apac", "china", "chn", "cn", "japan", "jpn", "korea", "kor", "taiwan", "twn", "sea", "russia"),
        *("thai", "ww", "hebrew", "emea", "nfc", "oled", "large"),
    )
)
"""Parts of a short name that say where or in which case it was sold; a small one is an S on the box."""


def garmin_name(product: int) -> str:
    """Return a Garmin product's name, as good as the profile's short name lets it be told."""
    short = ENUMS["garmin_product"].get(product)
    if short is None:
        return f"Garmin product {product}"
    name, rest = "", short
    for pattern, written in _LINES:
        if match := pattern.match(short):
            name, rest = written.format(*(part.upper() for part in match.groups())).strip(), short[match.end() :]
            break
    words = [word for word in rest.split("_") if word and word.lower() not in _NOT_SAID]
    small = "small" in words
    model = f"{name}S" if small else name
    return " ".join(["Garmin", model, *(_word(word) for word in words if word != "small")]).replace("  ", " ")


def _word(word: str) -> str:
    return word.upper() if len(word) <= 2 else word.capitalize()


def device_name(manufacturer: int | None, product: int | None, product_name: str | None) -> str | None:
    """Return the recording device's name, or None where the file tells nothing of it."""
    maker = ENUMS["manufacturer"].get(manufacturer) if manufacturer is not None else None
    written = _MAKERS.get(maker, maker.replace("_", " ").title()) if maker and maker != "development" else None
    if manufacturer in GARMIN and product is not None:
        return garmin_name(product)
    if product_name:
        known = written is None or written.lower() in product_name.lower()
        return product_name if known else f"{written} {product_name}"
    if written is None:
        return None
    if not product:
        return written
    model = _PRODUCTS.get(maker or "", {}).get(product)
    return f"{written} {model}" if model else f"{written} product {product}"
