"""Figures of paired tests, corrections and power by SciPy and statsmodels, for packages/metrics/src/runs/comparisons-peers.json.

    pip install scipy statsmodels
    python scripts/peers/comparisons.py > packages/metrics/src/runs/comparisons-peers.json
"""
import json

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower, TTestPower

rng = np.random.default_rng(5)
tests = []
for case in range(10):
    count = int(rng.integers(3, 13))
    a = rng.normal(0.4, 1, count).round(3)
    b = rng.normal(0, 1, count).round(3)
    flip = stats.permutation_test(
        (a, b), lambda x, y, axis: np.mean(x - y, axis=axis), permutation_type="samples", vectorized=True, n_resamples=2**14
    )
    tests.append(
        {"a": a.tolist(), "b": b.tolist(), "t": float(stats.ttest_rel(a, b).pvalue), "flip": float(flip.pvalue)}
    )
corrections = []
for case in range(8):
    p = (rng.uniform(0, 1, int(rng.integers(1, 9))) ** 3).round(4)
    corrections.append(
        {"p": p.tolist(), "holm": multipletests(p, method="holm")[1].tolist(), "bh": multipletests(p, method="fdr_bh")[1].tolist()}
    )
power = []
for design, solver in (("paired", TTestPower()), ("independent", TTestIndPower())):
    for effect in (0.2, 0.5, 1.0, 2.0):
        for runs in (2, 5, 10, 40, 300):
            value = float(solver.power(effect, runs, 0.05))
            # SciPy's noncentral t has no number for the farthest.
            if np.isfinite(value):
                power.append({"design": design, "effect": effect, "runs": runs, "power": value})
required = []
for design, solver in (("paired", TTestPower()), ("independent", TTestIndPower())):
    for effect in (0.1, 0.4, 0.8, 1.5):
        for aim in (0.8, 0.95):
            runs = float(solver.solve_power(effect, power=aim, alpha=0.01))
            required.append({"design": design, "effect": effect, "power": aim, "runs": int(np.ceil(runs))})
print(json.dumps({"tests": tests, "corrections": corrections, "power": power, "required": required}))
