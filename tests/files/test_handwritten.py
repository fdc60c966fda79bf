"""What people write by hand: whatever stands in it is a value or an error of the package, and soon."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis.athlete import load_athletes
from kastor_analysis.errors import AthleteError, KastorError, PlanError, ReadError
from kastor_analysis.plan import Plan
from kastor_analysis.plans.recipes import load_recipe, parse_recipe
from kastor_analysis.score_rules import Rules
from kastor_analysis.scorer import score
from kastor_analysis.scorer.hand_times import read_splits
from tests.scorer.made import kastor_times, make_session

RECIPES = Path(__file__).parents[2] / "kastor_analysis" / "plans" / "recipes"
PLAIN = 'name = "mine"\nreps = 4\ndistance_m = 400\n'
READERS: dict[str, tuple[Callable[[Path], object], type[KastorError], str]] = {
    "plan": (load_recipe, PlanError, PLAIN),
    "athletes": (load_athletes, AthleteError, '[ann]\ngoal = "5k 20:00"\n'),
    "splits": (read_splits, ReadError, "1,1:20.1\n2,1:19.8\n"),
}


@pytest.mark.parametrize("what", READERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_of_encodings_are_understood(tmp_path: Path, what: str, encoding: str) -> None:
    read, _, text = READERS[what]
    path = tmp_path / "file.toml"
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    assert read(path)


def refusal(work: Callable[[], object]) -> str | None:
    """Return what the `PlanError` of some work says, None where it is done."""
    try:
        work()
    except PlanError as error:
        return str(error)
    return None


TOKENS = ["[", "{a=", "a.", '"a".', "'a'.", "a=1\n", "[a]\n", "[[set]]\n", "a={}\n", '"', "'''", '"""', "\\", "=", "#"]
TOKENS += [
    "[[set]]\nreps=200\ndistance_m=400\nrepeat=50\n",
    "9",
    "0x9",
    "1979-05-27T07:32:00Z,",
    "[],",
    "\n",
    "\r",
    "é",
]


@pytest.mark.parametrize("head", [PLAIN, f"{PLAIN}hammer = [", f'{PLAIN}about = "', f"{PLAIN}hammer = {{x."])
def test_repeated_tokens_end_soon_and_as_plan_errors(head: str) -> None:
    for token in TOKENS:
        text = head + token * (200_000 // len(token))
        begun = time.process_time()
        said = refusal(lambda text=text: parse_recipe(text))
        assert said is None or len(said) < 1000, token
        assert time.process_time() - begun < 3.0, token


def test_mutants_of_recipes_are_plans_or_plan_errors() -> None:
    rng = random.Random(19)
    sources = [path.read_bytes() for path in sorted(RECIPES.glob("*.toml"))]
    values = [b"0", b"-1", b"nan", b"inf", b"-inf", b"1e999", b"9" * 5000, b"0x" + b"f" * 400, b"[]", b"{}", b"[[]]"]
    values += [
        b"true",
        b'""',
        b'"x"',
        b"1979-05-27",
        b"[400, nan]",
        b"1e-300",
        b'"5k 0:00"',
        b'"0:00/km"',
        b'"0k 20:00"',
    ]
    taken = 0
    for _ in range(600):
        text = bytearray(rng.choice(sources))
        for _ in range(rng.randint(1, 3)):
            lines = text.split(b"\n")
            at = rng.randrange(len(lines))
            how = rng.randrange(4)
            if how == 0 and b"=" in lines[at]:
                lines[at] = lines[at].split(b"=")[0] + b"= " + rng.choice(values)
            elif how == 1:
                lines[at] = rng.choice(rng.choice(sources).split(b"\n"))
            elif how == 2:
                lines.insert(at, lines[at])
            elif lines[at]:
                place = rng.randrange(len(lines[at]))
                lines[at] = lines[at][:place] + bytes([rng.randrange(256)]) + lines[at][place + 1 :]
            text = bytearray(b"\n".join(lines))
        try:
            plan = parse_recipe(text.decode("utf-8", "replace"))
        except PlanError:
            continue
        taken += 1
        score(make_session(kastor_times()), plan)
    assert 50 < taken < 550


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.one_of(
                st.floats(0.0, 2.0),
                st.sampled_from([0, 1, 100_000, -1, float("nan"), float("inf"), None, "1", True, 10**400]),
                st.tuples(st.floats(0.0, 2.0), st.floats(0.0, 2.0)),
                st.tuples(st.integers(0, 20), st.integers(0, 20)),
            )
            for name in Rules.__dataclass_fields__
        },
    )
)
def test_rules_give_a_score_or_are_refused(given_rules: dict[str, object]) -> None:
    said = refusal(lambda: Rules(**given_rules))  # type: ignore[arg-type]
    if said is not None:
        assert "key rules." in said
        return
    rules = Rules(**given_rules)  # type: ignore[arg-type]
    report = score(SESSION, Plan(reps=16, distance_m=400, hammer=(12, 16), goal="5k 20:00", rules=rules))
    for part, value in report.scores.items():
        assert value != value or -1e-6 <= value <= 100.000001 * max(1.0, rules.hammer_gain_weight), part


SESSION = make_session(kastor_times())


@pytest.mark.parametrize("cell", ["²", "1²", "٣", "9" * 5000, "-1", "0x1", "1.5", "①"])
def test_what_is_no_number_of_a_rep_is_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "splits.csv"
    path.write_text(f"{cell},1:20.1\n", encoding="utf-8")
    with pytest.raises(ReadError, match="is no number of a rep"):
        read_splits(path)
