"""Figures of the aggregation of runs by rliable, for packages/metrics/src/runs/peers.json.

    pip install rliable "pandas<3"
    python scripts/peers/aggregation.py > packages/metrics/src/runs/peers.json
"""
import json

import numpy as np
from rliable import library, metrics

rng = np.random.default_rng(11)
cases = []
for case in range(12):
    runs, tasks = int(rng.integers(3, 14)), int(rng.integers(1, 6))
    a = rng.normal(0.7, 0.3, (runs, tasks)).round(3)
    b = rng.normal(0.6, 0.3, (runs + case % 3, tasks)).round(1 if case % 2 else 3)
    thresholds = np.linspace(0, 1.5, 7)
    profile = library.create_performance_profile({"a": a}, thresholds, reps=10)[0]["a"]
    _, interval = library.get_interval_estimates({"a": a}, lambda x: np.array([metrics.aggregate_iqm(x)]), reps=20000)
    cases.append(
        {
            "a": a.T.tolist(),
            "b": b.T.tolist(),
            "thresholds": thresholds.tolist(),
            "iqm": float(metrics.aggregate_iqm(a)),
            "mean": float(metrics.aggregate_mean(a)),
            "median": float(metrics.aggregate_median(a)),
            "gap": float(metrics.aggregate_optimality_gap(a)),
            "improvement": float(metrics.probability_of_improvement(a, b)),
            "profile": profile.tolist(),
            "iqmInterval": interval["a"][:, 0].tolist(),
        }
    )
print(json.dumps({"cases": cases}))
