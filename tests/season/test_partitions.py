"""The season as partitioned Parquet, and what DuckDB and Polars make of it where they are installed."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.season.fakes import FakeSeason, write_fake

pytest.importorskip("pyarrow")

ODD = "Zoë / 2"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    with FakeSeason(folder / "season.db") as season:
        for name, days in (("anna", ("2025-12-30", "2026-01-06")), (ODD, ("2026-01-07",))):
            own = folder / name.replace(" / ", "-")
            own.mkdir()
            for day in days:
                write_fake(own, f"{day}.fit", start=f"{day}T17:00:00+00:00", salt=name)
            season.add(own, athlete=name, progress=False)
        season.export(folder / "tables", partitioned=True)
        yield season, folder / "tables"


def test_a_table_is_a_folder_parted_by_athlete_and_year(exported):
    season, folder = exported
    found = sorted(str(path.relative_to(folder)) for path in folder.glob("reps/**/*.parquet"))
    assert found == [
        "reps/athlete=Zo%C3%AB%20%2F%202/year=2026/part.parquet",
        "reps/athlete=anna/year=2025/part.parquet",
        "reps/athlete=anna/year=2026/part.parquet",
    ]
    one = pd.read_parquet(folder / found[1], partitioning=None)
    assert len(one) == 16
    assert "athlete" not in one
    assert {path.name for path in folder.iterdir()} == {"sessions", "sets", "runs", "reps", "weeks"}
    assert len(season.reps()) == 48


def test_parts_that_are_no_more_are_taken_away_and_a_strangers_file_is_not(exported, tmp_path):
    season, _ = exported
    season.export(tmp_path, partitioned=True)
    strange = tmp_path / "reps" / "athlete=other" / "year=2026" / "part.parquet"
    strange.parent.mkdir(parents=True)
    strange.write_bytes(b"PAR1 of someone else PAR1")
    season.export(tmp_path, partitioned=True, athlete="anna")
    assert sorted(path.parts[-3] for path in tmp_path.glob("reps/**/part.parquet")) == [
        "athlete=anna", "athlete=anna", "athlete=other"
    ]  # fmt: skip
    assert strange.read_bytes().startswith(b"PAR1 of someone")


def test_duckdb_reads_it(exported):
    duckdb = pytest.importorskip("duckdb")
    season, folder = exported
    query = f"""
        SELECT athlete, year, count(*) AS reps, median(time_s) AS median_s
        FROM read_parquet('{folder}/reps/*/*/*.parquet', hive_partitioning = true)
        WHERE status = 'run' AND NOT is_hammer GROUP BY ALL ORDER BY athlete, year
    """
    rows = duckdb.sql(query).fetchall()
    assert [(athlete, int(year), reps) for athlete, year, reps, _ in rows] == [
        (ODD, 2026, 14), ("anna", 2025, 14), ("anna", 2026, 14)
    ]  # fmt: skip
    assert {median_s for *_, median_s in rows} == {96.0}
    assert season.names() == ["anna", ODD]


def test_polars_reads_it(exported):
    polars = pytest.importorskip("polars")
    _, folder = exported
    found = (
        polars.scan_parquet(folder / "sessions" / "**" / "*.parquet", hive_partitioning=True)
        .group_by("athlete", "year")
        .agg(polars.len().alias("sessions"))
        .sort("athlete", "year")
        .collect()
    )
    assert found["sessions"].to_list() == [1, 1, 1]
    assert set(found["athlete"].to_list()) == {"anna", ODD}
