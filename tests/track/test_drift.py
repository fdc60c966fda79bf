import numpy as np
import pytest

from kastor_analysis.track.drift import DRIFT_MEMORY_S, DRIFT_SD_M, Chains


def chains_of(lengths_s, step_s=3.0):
    times, spans, now = [], [], 0.0
    for number, length_s in enumerate(lengths_s):
        grid = np.arange(now, now + length_s, step_s)
        times.append(grid)
        spans.append(np.full(grid.size, number))
        now = grid[-1] + 60.0
    return Chains(np.concatenate(times), np.concatenate(spans))


def dense(chains):
    """The inverse covariance of the process written down from its definition."""
    apart = np.abs(chains.time_s[:, None] - chains.time_s[None, :])
    covariance = DRIFT_SD_M**2 * np.exp(-apart / DRIFT_MEMORY_S)
    covariance[chains.span[:, None] != chains.span[None, :]] = 0.0
    return np.linalg.inv(covariance)


@pytest.mark.parametrize("lengths_s", [[75.0] * 5, [200.0, 3.5, 75.0, 900.0], [10.0], [1200.0]])
def test_elimination_along_the_chains_is_the_dense_solution(lengths_s):
    rng = np.random.default_rng(0)
    chains = chains_of(lengths_s)
    n = chains.size
    root = rng.normal(size=(n, 2, 2))
    blocks = root @ root.transpose(0, 2, 1)
    right = rng.normal(size=(n, 2, 3))
    precision = dense(chains)
    full = np.kron(precision, np.eye(2))
    for i in range(n):
        full[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] += blocks[i]
    assert chains.solve(blocks, right).reshape(2 * n, 3) == pytest.approx(
        np.linalg.solve(full, right.reshape(2 * n, 3))
    )
    covariance = np.linalg.inv(full)
    expected = np.stack([covariance[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] for i in range(n)])
    assert chains.covariance(blocks) == pytest.approx(expected)
    offset = rng.normal(size=(n, 2))
    assert chains.pull(offset) == pytest.approx(precision @ offset)


def test_a_stretch_is_some_20_s_of_one_span():
    chains = chains_of([80.0, 80.0, 12.0])
    assert list(chains.span) == [0, 0, 0, 0, 1, 1, 1, 1, 2]
    assert chains.sums(np.ones(chains.node.size)).sum() == chains.node.size
