"""Real recordings through the whole pipeline: in this process, in a pool, and on a Dask cluster."""

from __future__ import annotations

import shutil

import pytest

from kastor_analysis import Season, load
from kastor_analysis.writers import to_gpx, to_tcx

FEW = ("session-08.fit", "session-20.fit", "track-19.fit", "track-20.fit")


@pytest.fixture
def few(real, tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    for name in FEW:
        shutil.copy(real / "sessions" / name, folder)
    shutil.copy(real / "runs" / "run-51.gpx", folder)
    return folder


def test_real_sessions_here_and_in_a_pool_give_the_same_season(few, tmp_path):
    tables = []
    for jobs in (1, 2):
        with Season(tmp_path / f"{jobs}.db") as season:
            result = season.add(few, jobs=jobs)
            assert not result.failed
            assert len(result.not_sessions) >= 1
            assert len(result.added) + len(result.not_sessions) == len(FEW) + 1
            tables.append(season.reps().drop(columns="activity_id"))
            assert outcomes_of_again(season, few) == len(FEW) + 1
    assert tables[0].equals(tables[1])
    assert len(tables[0]) > 20
    assert tables[0]["time_s"].between(10, 400).all()
    assert (tables[0]["time_sd_s"] > 0).all()


def test_errors_name_the_file_and_other_sports_stay_out_of_the_running_week(real, tmp_path):
    with Season(tmp_path / "season.db") as season:
        result = season.add(real / "formats" / "tcx", progress=False)
        named = [item for item in (*result.failed, *result.not_recordings) if item.reason]
        assert named
        assert all(item.reason.startswith(item.path) for item in named)
        other = season.runs().query("sport == 'other'")
        assert len(other)
        assert not other["is_session"].any()
        assert season.weeks()["runs"].sum() < len(season.runs())


def outcomes_of_again(season, folder):
    return len(season.add(folder).already_there)


def test_one_run_as_fit_and_as_gpx_and_tcx(real, tmp_path):
    activity = load(real / "sessions" / "session-08.fit")
    folder = tmp_path / "both"
    folder.mkdir()
    shutil.copy(real / "sessions" / "session-08.fit", folder / "z.fit")
    (folder / "a.gpx").write_bytes(to_gpx(activity))
    (folder / "b.tcx").write_bytes(to_tcx(activity))
    with Season(tmp_path / "season.db") as season:
        result = season.add(folder)
        assert [len(result.added) + len(result.not_sessions), len(result.already_there)] == [1, 2], result.items
        assert season.runs()["format"].tolist() == ["fit"]


@pytest.mark.full
def test_a_dask_cluster_of_two_workers_over_all_real_recordings(real, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        Season(tmp_path / "dask.db") as season,
    ):
        result = season.add(real, executor=client.get_executor(), progress=False)
        counts = len(result.added), len(result.not_sessions), len(result.failed)
        again = season.add(real, executor=client.get_executor(), progress=False)
        there = season.runs().drop(columns="activity_id")
    assert counts[0] > 50
    assert not again.added
    with Season(tmp_path / "here.db") as season:
        result = season.add(real, progress=False)
        assert (len(result.added), len(result.not_sessions), len(result.failed)) == counts
        here = season.runs().drop(columns="activity_id")
    keys = ["start_time", "distance_m"]
    assert (
        here.sort_values(keys)[keys].reset_index(drop=True).equals(there.sort_values(keys)[keys].reset_index(drop=True))
    )
