"""Figures of ranking metrics by scikit-learn and ranx, for packages/metrics/src/ranking/peers.json.

    pip install scikit-learn ranx
    python scripts/peers/ranking.py > packages/metrics/src/ranking/peers.json
"""
import json

import numpy as np
from ranx import Qrels, Run, evaluate
from sklearn.metrics import ndcg_score, roc_auc_score

rng = np.random.default_rng(7)
METRICS = ["hit_rate", "precision", "recall", "map", "mrr", "ndcg", "ndcg_burges"]
cases = []
for case in range(40):
    items = int(rng.integers(3, 30))
    k = int(rng.integers(1, 25))
    relevance = rng.integers(0, 4, items) * (rng.random(items) < 0.5)
    if not relevance.any():
        relevance[0] = 2
    tied = case % 4 == 0
    scores = rng.integers(0, 4, items).astype(float) if tied else rng.permutation(items).astype(float)
    found = {}
    if not tied:
        qrels = Qrels({"q": {f"d{i}": int(r) for i, r in enumerate(relevance) if r > 0}})
        run = Run({"q": {f"d{i}": float(s) for i, s in enumerate(scores)}})
        found = {name: float(evaluate(qrels, run, f"{name}@{k}")) for name in METRICS}
    found["sklearn_ndcg"] = float(ndcg_score([relevance], [scores], k=k))
    binary = relevance > 0
    found["sklearn_auc"] = float(roc_auc_score(binary, scores)) if binary.any() and not binary.all() else None
    cases.append({"k": k, "scores": scores.tolist(), "relevance": relevance.tolist(), "found": found})
print(json.dumps({"cases": cases}))
