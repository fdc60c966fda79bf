"""The sports, in FIT's words: which one a file's own word means, and what a recording of it is called.

Formats and apps call a sport as they please: ``Ride``, ``EBikeRide``, ``mountain_bike``, ``Radfahren``, or a line of
the runner's own ("Bridge run", "Browns loop"). Whole words are looked at, never letters within one: "Browns" is no row
and "Bridge" no ride. Words are told apart at spaces, signs and capitals, and compared without accents.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple


class _Sport(NamedTuple):
    """A sport: its name in FIT's words, the words that mean it, and what a recording of it is called."""

    name: str
    called: str | None
    """None where it is on foot, or may hold a run."""
    words: str
    """Apart by spaces. ``swim-`` is how a word begins, ``-lauf`` how it ends."""
    alone: str = ""
    """Words that are names as well (Savile Row, Lake Drive), and count where nothing else is said."""


_SPORTS = (
    _Sport("cross_country_skiing", "a ski tour", "langlauf- skilanglauf- skilauf-"),
    _Sport("ice_skating", "skating", "eislauf- -eislauf -eislaufen"),
    _Sport(
        "running",
        None,
        "run runs running runner runners -run -running jog jogs jogging jogger footing treadmill treadmills"
        " laufband lauf laufe laufen laufer -lauf -laufen course courir correr corrida carrera corsa correre"
        " hardlop- lob loping lopning juoksu- bieg bieganie marathon- halfmarathon-",
    ),
    _Sport("alpine_skiing", "skiing", "alpineski alpineskiing alpine"),
    _Sport(
        "cross_country_skiing",
        "a ski tour",
        "ski skis skiing skier skitour- backcountryski nordicski rollerski esqui langrenn",
    ),
    _Sport("snowboarding", "a snow sport", "snowboard- snowshoe- snowmobil- snowkit- schneeschuh-"),
    _Sport(
        "inline_skating",
        "skating",
        "skate skates skater skating -skate -skating skateboard- rollerblad- patinage patinaje",
        alone="inline",
    ),
    _Sport("horseback_riding", "a ride on a horse", "horseback horseriding equest- equitation reiten", alone="horse"),
    _Sport(
        "driving", "a drive", "driving motor motorcycl- motorbike- motorrad- motorsport- snowmobil-", alone="drive car"
    ),
    _Sport(
        "cycling",
        "a ride",
        "ride rides riding bike bikes biking -bike -bikes -biking -biken bikeride- cycle cycles cycling cyclist"
        " cyclists -cycling handcycl- bicycl- virtualride gravelride mtb bmx velo velos velomobil- velotour cyclis-"
        " ciclis- radfahr- radsport radtour radeln rennrad mountainbik- fiets- wielren- cykel cykling sykling"
        " pyoraily kolarstwo spinning",
        alone="rad gravel peloton zwift bici",
    ),
    _Sport(
        "swimming",
        "a swim",
        "swim swims swimming swimmer -swim -swimming schwimm- natation natacion nuoto zwemmen openwater",
    ),
    _Sport("diving", "a dive", "diving -diving scuba snorkel- freediving tauchen"),
    _Sport("rowing", "rowing", "rowing rower rowers rudern aviron canottaggio", alone="row"),
    _Sport(
        "paddling",
        "paddling",
        "paddle paddling paddleboard- -paddling -paddleboarding kayak- canoe- kanu- kajak- rafting",
    ),
    _Sport("sailing", "sailing", "sailing segeln boating", alone="sail"),
    _Sport("surfing", "surfing", "surfing -surfing kitesurf- windsurf- wakeboard- surfen", alone="surf"),
    _Sport("flying", "a flight", "flying gliding paragliding hanggliding", alone="fly flight"),
    _Sport("golf", "golf", "golfing", alone="golf"),
    _Sport("hiking", None, "hike hikes hiking hiker wandern wanderung randonnee senderismo trekking"),
    _Sport("walking", None, "walk walks walking walker spazier- gehen marche caminata camminata wandelen"),
)
"""Likest first: a run is one whatever else is said ("swim and run"). Before it come words that end as a run's do."""

_STRAVA_NUMBERS = {"1": "cycling", "4": "hiking", "9": "running", "10": "walking"}
"""Strava wrote the number of the sport as a track's type for years."""

_NO_SPORT = frozenset({"track", "trk", "gps", "activity", "recording", "workout", "unknown", "uncategorized"})

_LONGEST = 40
"""What is kept of a word that means no sport known here."""

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LETTERS = re.compile(r"[^\W\d_]+")


def sport_of(word: str | None, creator: str | None = None) -> str | None:
    """Return the sport a file names, in FIT's words; as it stands where it means none; None where it names none."""
    if not word or not word.strip():
        return None
    plain = word.strip()
    if plain in _STRAVA_NUMBERS and "strava" in (creator or "").lower():
        return _STRAVA_NUMBERS[plain]
    if plain.lower() in _NO_SPORT:
        return None
    sport = _meant(plain)
    return plain.lower()[:_LONGEST] if sport is None else sport.name


def other_sport(sport: str | None) -> str | None:
    """Return what a recording of a sport is called that is not on foot; None where it may be a run.

    Walks and hikes may hold a run, and what exporters call "other", "training" or a word of their own often is one.
    """
    meant = _meant(sport) if sport else None
    return None if meant is None else meant.called


@lru_cache(maxsize=256)
def _meant(text: str) -> _Sport | None:
    words = _words(text)
    for sport in _SPORTS:
        if any(_fits(word, pattern) for pattern in sport.words.split() for word in words):
            return sport
        if len(words) == 1 and words[0] in sport.alone.split():
            return sport
    return None


def _words(text: str) -> list[str]:
    """Return the words of a text, without accents: ``EBikeRide`` is e, bike, ride."""
    plain = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ø", "O"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word.lower() for word in _LETTERS.findall(_CAPITAL.sub(" ", plain))]


def _fits(word: str, pattern: str) -> bool:
    if pattern.endswith("-"):
        return word.startswith(pattern[:-1])
    if pattern.startswith("-"):
        return word.endswith(pattern[1:])
    return word == pattern
