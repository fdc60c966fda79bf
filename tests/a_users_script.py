"""A script as a user writes it: `test_release` has mypy check it, strictly, against the installed package."""

from pathlib import Path

import kastor_analysis as ka


def hardest_rep(path: Path, goal: str | None = None) -> tuple[int | None, float]:
    activity = ka.load(path)
    plan = ka.Plan.kastor(goal=goal)
    session: ka.Session = ka.segment(activity, plan)
    report: ka.Report = ka.score(session, plan)
    reps = report.reps
    best = reps["time_s"].min()
    overall: float = report.scores["overall"]
    if not report.advice or overall < 50:
        print(*report.advice, sep="\n")
    segment: ka.Segment = session.reps[0]
    return segment.run_rep, float(best)


def squad(folder: Path) -> dict[str, ka.Report]:
    reports: dict[str, ka.Report] = {}
    for name, item in ka.load_all(folder):
        if isinstance(item, ka.KastorError):
            print(name, item.what, item.hint)
            continue
        reports[name] = ka.score(ka.segment(item))
    return reports


def season(database: Path, paths: list[Path]) -> float:
    with ka.Season(database) as kept:
        kept.add(paths, goal=ka.Goal.parse("5k 20:00"))
        kept.plot_splits().savefig("splits.png")
        return float(kept.reps()["time_s"].median())
