"""Exponential smoothing by statsmodels, which is loaded with the first forecast: that takes a second."""

import warnings
from collections.abc import Sequence


class Smoothing:
    """Fills `Forecaster`: Holt's trend that levels off, with Winters' seasons."""

    def ahead(self, past: Sequence[float], *, steps: int, season: int) -> Sequence[float]:
        """So many more figures; `season` is how many make a year, 0: none are looked for."""
        from statsmodels.tsa.holtwinters import ExponentialSmoothing

        model = ExponentialSmoothing(
            list(past),
            trend="add",
            damped_trend=True,
            seasonal="add" if season else None,
            seasonal_periods=season or None,
            initialization_method="estimated",
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it did not converge: the trial tells what it is worth
            return [float(one) for one in model.fit().forecast(steps)]
