"""Kinks: the instants at which a runner sets off and lets go, fitted to the distance samples themselves.

Model: speed is steady before the kink and approaches another steady speed exponentially after it,

    v(t) = a                                 t <= k
    v(t) = b + (a - b) exp(-(t - k) / tau)   t >  k

with tau about 1.4 s when a runner sets off and 3 s when one lets go past the line. Distance is its integral, linear in
(a, b) for a given k, so each k of a fine grid is solved in closed form and the misfit is a profile over k. What is
fitted are the distances at the samples, at whatever times these lie: a sample every second and one every seven seconds
are treated alike, and no smoothing has to be undone.

A watch's distance errs in two ways: each sample by itself (the clock is written in whole seconds, the position is
quantised) and ever more with time, like a random walk. The fit weighs by the covariance of both, and by what is known
beforehand of the two speeds (generalised least squares with a Gaussian prior).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..quantities.ordered import median

FloatArray = NDArray[np.float64]

STEP_S = 0.1
"""The kink is looked for at times so far apart."""
WALK_M2_PER_S = 0.15
"""Growth of the variance of distance over time."""
SAMPLE_SD_M = 0.8
"""Error of one sample's distance by itself."""
OUTLIER = 3.0
"""A residual beyond this many sd has its sample distrusted and the fit made again."""


class Speeds(NamedTuple):
    """What is known beforehand of the speeds on the two sides of a kink: means and sds, m/s."""

    before_mps: float
    before_sd_mps: float
    after_mps: float
    after_sd_mps: float


class Profile(NamedTuple):
    """The misfit of a kink at each time it may lie, in units of twice the negative log likelihood.

    `before_mps` and `after_mps` are the speeds fitted at each of the times.
    """

    times_s: FloatArray
    misfit: FloatArray
    before_mps: FloatArray
    after_mps: FloatArray

    @property
    def best(self) -> int:
        """Row of the least misfit."""
        return int(np.argmin(self.misfit))

    def moments(self) -> tuple[float, float]:
        """Return mean and sd of the time under the likelihood."""
        likelihood = np.exp(-0.5 * (self.misfit - self.misfit.min()))
        likelihood /= likelihood.sum()
        mean = float(likelihood @ self.times_s)
        variance = float(likelihood @ (self.times_s - mean) ** 2)
        return mean, max(variance, (0.5 * STEP_S) ** 2) ** 0.5


def kink_profile(
    time_s: FloatArray,
    distance_m: FloatArray,
    window_s: tuple[float, float],
    search_s: tuple[float, float],
    tau_s: float,
    speeds: Speeds,
) -> Profile | None:
    """Fit one kink to the samples of a window.

    Parameters
    ----------
    time_s, distance_m : ndarray, shape (n,)
        Samples of the whole recording.
    window_s : (float, float)
        What is fitted; the samples just outside it belong to it.
    search_s : (float, float)
        Where the kink may lie.
    tau_s : float
        Time constant of the approach.
    speeds : Speeds
        Prior of the speeds before and after.

    Returns
    -------
    Profile or None
        None where fewer than three samples lie in the window.
    """
    low = max(int(np.searchsorted(time_s, window_s[0])) - 1, 0)
    high = min(int(np.searchsorted(time_s, window_s[1])) + 1, time_s.size)
    t, d = time_s[low:high], distance_m[low:high] - distance_m[low]
    if t.size < 3 or search_s[1] <= search_s[0]:
        return None
    k = np.arange(search_s[0], search_s[1] + 0.5 * STEP_S, STEP_S)
    u = t[:, None] - k[None, :]
    after = np.maximum(u, 0.0)
    risen = tau_s * (1.0 - np.exp(-after / tau_s))
    columns = np.stack([np.minimum(u, 0.0) + risen, after - risen])
    own_variance = np.full(t.size, SAMPLE_SD_M**2)
    for _ in range(2):
        a, b, misfit = _solve(t, np.diff(d), np.diff(columns, axis=1), own_variance, speeds)
        best = int(np.argmin(misfit))
        fitted = a[best] * columns[0, :, best] + b[best] * columns[1, :, best]
        off = d - fitted
        off -= median(off)
        far = np.abs(off) > OUTLIER * np.sqrt(own_variance + 0.5 * WALK_M2_PER_S * (t[-1] - t[0]))
        if not far.any():
            break
        own_variance = np.where(far, 25.0 * own_variance, own_variance)
    return Profile(times_s=k, misfit=misfit, before_mps=a, after_mps=b)


def _solve(
    t: FloatArray, gained: FloatArray, columns: FloatArray, own_variance: FloatArray, speeds: Speeds
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return both speeds and the misfit at every kink.

    What is fitted are the gains between neighbouring samples, so that where the distance began does not matter. Their
    covariance is tridiagonal: the walk's own variance, and each sample's error in the two gains it bounds. One pass of
    elimination makes them independent.
    """
    variances = (WALK_M2_PER_S * np.diff(t) + own_variance[:-1] + own_variance[1:]).tolist()
    gains, x = gained.tolist(), columns.copy()
    for i, own in enumerate(own_variance[1:-1].tolist(), start=1):
        part = -own / variances[i - 1]
        variances[i] += part * own
        gains[i] -= part * gains[i - 1]
        x[:, i] -= part * x[:, i - 1]
    scale = 1.0 / np.sqrt(variances)
    y = gains * scale
    x *= scale[None, :, None]
    p1, p2 = 1.0 / speeds.before_sd_mps**2, 1.0 / speeds.after_sd_mps**2
    s11 = np.einsum("ij,ij->j", x[0], x[0]) + p1
    s22 = np.einsum("ij,ij->j", x[1], x[1]) + p2
    s12 = np.einsum("ij,ij->j", x[0], x[1])
    r1 = np.einsum("i,ij->j", y, x[0]) + p1 * speeds.before_mps
    r2 = np.einsum("i,ij->j", y, x[1]) + p2 * speeds.after_mps
    det = s11 * s22 - s12**2
    a = np.maximum((s22 * r1 - s12 * r2) / det, 0.0)
    b = np.maximum((r2 - s12 * a) / s22, 0.0)
    a = np.maximum((r1 - s12 * b) / s11, 0.0)
    constant = float((y * y).sum()) + p1 * speeds.before_mps**2 + p2 * speeds.after_mps**2
    misfit = constant - 2.0 * (a * r1 + b * r2) + a * a * s11 + 2.0 * a * b * s12 + b * b * s22
    return a, b, misfit
