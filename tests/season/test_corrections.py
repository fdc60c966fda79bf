"""A season keeps what was corrected by hand, wherever the recording goes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import kastor_analysis as ka
from kastor_analysis.corrections import side_file
from kastor_analysis.errors import SeasonError


@pytest.fixture
def runs(sample_data: Path, tmp_path: Path) -> list[Path]:
    folder = tmp_path / "runs"
    folder.mkdir()
    found = sorted((sample_data / "season").glob("*.fit*"))[:3]
    assert len(found) == 3
    return [Path(shutil.copy(path, folder / path.name)) for path in found]


def starts(season: ka.Season) -> list[list[float]]:
    reps = season.reps()
    reps = reps[reps["status"] == "run"]
    return [group["start_s"].round(2).tolist() for _, group in reps.groupby("activity_id")]


def test_corrected_sessions_survive_refresh_a_move_and_a_new_add(runs: list[Path], tmp_path: Path) -> None:
    with ka.Season(tmp_path / "season.db") as season:
        # One is corrected beside the recording before it is added, one in the season, one beside it after.
        ka.segment(ka.load(runs[0])).corrected(drop=[3]).corrections.save(side_file(runs[0]))
        season.add(runs, progress=False)
        as_added = starts(season)
        numbers = season.sessions()["activity_id"].tolist()
        second = season.session(numbers[1]).corrected(drop=[5], move=["7 end +1.2"], note="wind")
        assert season.correct(numbers[1], second.corrections).added
        ka.segment(ka.load(runs[2])).corrected(drop=[2]).corrections.save(side_file(runs[2]))
        assert season.refresh(progress=False).added
        corrected = starts(season)
        assert [len(reps) for reps in corrected] == [len(as_added[0]), len(as_added[1]) - 1, len(as_added[2]) - 1]
        assert season.sessions()["corrections"].tolist() == [1, 3, 1]
        reps = season.reps()
        of_second = reps[(reps["activity_id"] == numbers[1]) & (reps["status"] == "run")]
        assert of_second["found_rep"].tolist() == [n for n in range(1, len(as_added[1]) + 1) if n != 5]

        assert season.refresh(everything=True, progress=False).added
        assert starts(season) == corrected
        # Moved and renamed, without the files beside them.
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        moved = [Path(shutil.move(path, elsewhere / f"{i}.fit{path.suffix if path.suffix == '.gz' else ''}"))
                 for i, path in enumerate(runs)]  # fmt: skip
        season.add(elsewhere, progress=False)
        season.refresh(everything=True, progress=False)
        assert starts(season) == corrected
        # Taken out, and added again.
        season.remove(numbers)
        assert len(season.sessions()) == 0
        season.add(moved, progress=False)
        assert sorted(starts(season)) == sorted(corrected)
        # Undone beside the recording: an empty file of corrections says so.
        ka.Corrections(start_time=ka.load(moved[0]).start_time).save(side_file(moved[0]))
        season.refresh(progress=False)
        assert sorted(season.sessions()["corrections"]) == [0, 1, 3]


def test_both_places_agree(runs: list[Path], tmp_path: Path) -> None:
    beside = side_file(runs[0])
    with ka.Season(tmp_path / "season.db") as season:
        ka.segment(ka.load(runs[0])).corrected(drop=[3]).corrections.save(beside)
        season.add(runs[0], progress=False)
        (number,) = season.sessions()["activity_id"]
        again = season.session(number).corrected(drop=[4]).corrections
        season.correct(number, again)
        assert ka.Corrections.load(beside) == again
        assert len(ka.analyze(runs[0]).session.reps) == len(season.session(number).reps)
        added = season.add(runs[0], progress=False)
        assert not added.added
        ka.segment(ka.load(runs[0])).corrected(drop=[6]).corrections.save(beside)
        assert season.add(runs[0], progress=False).added
        assert season.sessions()["corrections"].tolist() == [1]
        beside.write_text("[[correction]]\n")
        assert "do is missing" in season.add(runs[0], progress=False).failed[0].reason
        beside.unlink()
        runs[0].unlink()
        with pytest.raises(SeasonError, match="no longer there"):
            season.correct(number, again)
        with pytest.raises(SeasonError, match="no session 99"):
            season.session(99)


@pytest.mark.parametrize("fault", [b"\xff", b"x = 1", b'[[correction]]\ndo = "dance"\n'])
def test_a_fault_of_the_file_beside_is_none_of_the_recordings(runs: list[Path], tmp_path: Path, fault: bytes) -> None:
    with ka.Season(tmp_path / "season.db") as season:
        side_file(runs[0]).write_bytes(fault)
        assert season.add(runs[0].parent, progress=False).failed[0].path == str(runs[0])
        side_file(runs[0]).unlink()
        assert len(season.add(runs[0].parent, progress=False).added) == 1
        assert len(season.sessions()) == 3
