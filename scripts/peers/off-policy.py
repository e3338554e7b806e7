"""Figures of off-policy estimators by Open Bandit Pipeline, for packages/metrics/src/ope/peers.json.

    pip install --no-deps --ignore-requires-python obp==0.5.7
    pip install numpy pandas scikit-learn matplotlib seaborn tqdm pyyaml scipy torch
    python scripts/peers/off-policy.py > packages/metrics/src/ope/peers.json
"""
import json

import numpy as np
from obp.ope import (
    DirectMethod,
    DoublyRobust,
    DoublyRobustWithShrinkage,
    InverseProbabilityWeighting,
    SelfNormalizedInverseProbabilityWeighting,
    SlateIndependentIPS,
    SlateRewardInteractionIPS,
    SlateStandardIPS,
    SwitchDoublyRobust,
)

rng = np.random.default_rng(7)
bandits = []
for case in range(6):
    rows, actions = int(rng.integers(20, 60)), int(rng.integers(2, 6))
    logging = rng.dirichlet(np.ones(actions), rows)
    target = rng.dirichlet(np.ones(actions), rows)
    model = rng.uniform(0, 1, (rows, actions))
    action = np.array([rng.choice(actions, p=p) for p in logging])
    at = np.arange(rows), action
    reward = rng.normal(0.5, 1, rows) if case % 2 else rng.integers(0, 2, rows).astype(float)
    bound = float(rng.uniform(0.5, 4))
    data = {"reward": reward, "action": action, "pscore": logging[at], "action_dist": target[:, :, None], "position": np.zeros(rows, int)}
    modelled = {**data, "estimated_rewards_by_reg_model": model[:, :, None]}
    interval = {"alpha": 0.05, "n_bootstrap_samples": 10000, "random_state": 3}
    estimators = {
        "directMethod": (DirectMethod(), modelled),
        "ips": (InverseProbabilityWeighting(), data),
        "clippedIps": (InverseProbabilityWeighting(lambda_=bound), data),
        "snips": (SelfNormalizedInverseProbabilityWeighting(), data),
        "doublyRobust": (DoublyRobust(), modelled),
        "switchDoublyRobust": (SwitchDoublyRobust(lambda_=bound), modelled),
        "shrinkageDoublyRobust": (DoublyRobustWithShrinkage(lambda_=bound), modelled),
    }
    found = {}
    for name, (estimator, inputs) in estimators.items():
        value = float(estimator.estimate_policy_value(**inputs))
        ends = estimator.estimate_interval(**inputs, **interval)
        found[name] = {"value": value, "lower": float(ends["95.0% CI (lower)"]), "upper": float(ends["95.0% CI (upper)"])}
    bandits.append(
        {
            "log": {
                "reward": reward.tolist(),
                "propensity": logging[at].tolist(),
                "target": target[at].tolist(),
                "qHat": model[at].tolist(),
                "vHat": (target * model).sum(axis=1).tolist(),
            },
            "bound": bound,
            "found": found,
        }
    )
slates = []
for case in range(4):
    count, slots = int(rng.integers(5, 12)), int(rng.integers(1, 4))
    logging = rng.uniform(0.2, 0.9, (count, slots))
    target = rng.uniform(0.1, 0.9, (count, slots))
    reward = rng.integers(0, 2, (count, slots)).astype(float)
    base = {"slate_id": np.repeat(np.arange(count), slots), "position": np.tile(np.arange(slots), count), "reward": reward.ravel()}
    whole = lambda p: np.repeat(p.prod(axis=1), slots)
    found = {
        "all": SlateStandardIPS(len_list=slots).estimate_policy_value(
            **base, pscore=whole(logging), evaluation_policy_pscore=whole(target)
        ),
        "independent": SlateIndependentIPS(len_list=slots).estimate_policy_value(
            **base, pscore_item_position=logging.ravel(), evaluation_policy_pscore_item_position=target.ravel()
        ),
        "cascade": SlateRewardInteractionIPS(len_list=slots).estimate_policy_value(
            **base,
            pscore_cascade=logging.cumprod(axis=1).ravel(),
            evaluation_policy_pscore_cascade=target.cumprod(axis=1).ravel(),
        ),
    }
    log = {"slots": slots, "reward": reward.ravel().tolist(), "propensity": logging.ravel().tolist(), "target": target.ravel().tolist()}
    slates.append({"log": log, "found": {name: float(value) for name, value in found.items()}})
print(json.dumps({"bandits": bandits, "slates": slates}))
