"""The tokens of the notation of plans, as regular expressions; case does not matter. Those with groups say so."""

from __future__ import annotations

NUMBER = r"\d+(?:[.,]\d+)?"
TIMES = r"(?:x|\*|\N{MULTIPLICATION SIGN}|by(?![a-z])|times(?![a-z])|sets?\s+of(?![a-z]))"
CLOCK = r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?!\d)"
TIME_UNIT = r"(?:hours?|hrs?|h|minutes|mins?|seconds|secs?|s)(?![a-z])"
LENGTH_UNIT = r"(?:km|k|metres|meters|miles|mile|mi|m)(?![a-z])"
TIME = (
    rf"{CLOCK}|\d+'(?:\d{{2}}(?:''|\")?)?|{NUMBER}(?:''|\")|\d+\s*min\s*\d{{1,2}}(?!\d)(?:\s*s(?:ec)?(?![a-z]))?"
    rf"|\d+\s*m\s*\d{{1,2}}\s*s(?![a-z])|{NUMBER}\s*{TIME_UNIT}"
)
LENGTH = rf"{NUMBER}\s*{LENGTH_UNIT}|(?:half\s?marathon|half|hm|marathon|mile|km)(?![a-z])"
UNIT = rf"(?:\d*\s*{LENGTH_UNIT}|\d+)"
PACE = rf"(?:{CLOCK}|{NUMBER})(?:\s*min)?\s*/\s*{UNIT}"
PACES = rf"(?P<fast>{CLOCK})\s*(?:-|to)\s*(?P<slow>{CLOCK})\s*/\s*(?P<unit>{UNIT})"
RACE = rf"(?:{LENGTH}|\d+)(?:\s+pace)?"
NO_REP = r"(?!\s*(?:[x*:'\"/@(-]|r[\s\d=]|rest|[kms]|h(?!ammer)))"
"""Behind a number that counts a hammer rep, and is no rep of another item."""
HOWS = {"jog": "jog", "jogging": "jog", "easy": "jog", "float": "jog", "walk": "walk", "walking": "walk",
        "stand": "stand", "standing": "stand", "static": "stand"}  # fmt: skip
HOW = rf"(?:{'|'.join(HOWS)})(?![a-z])"
REST_WORD = r"(?:recovery|rest|rec|with|off|w/|r(?![a-z])|r(?=\s*(?:rep|free)))\s*[=:]?"
REPS_LONG = rf"=?\s*(?:({NUMBER})\s*(?:x\s*)?)?(?:the\s+)?rep(?![a-z])|({NUMBER})\s*x(?![a-z\d])"
"""How many of its rep a rest lasts, in one of two groups."""
THOUSANDS = r"\d{1,2}[.,]\d{3}(?!\d)(?:\s*(?:m|metres|meters)(?![a-z]))?(?!\s*(?:k|m|h|s|['\"]))"
