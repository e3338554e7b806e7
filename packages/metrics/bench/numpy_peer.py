"""The peer: the same by numpy, vectorised, on one core. `python numpy_peer.py ope|ranking <folder>`; one line of JSON."""
import json
import os
import resource
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np

K, PLACES, Z = 20, 100, 1.959963984540054
task, folder = sys.argv[1:]


def interval(value, influence):
    half = Z * np.sqrt((influence**2).sum() / (len(influence) - 1) / len(influence))
    return [float(value), float(value - half), float(value + half)]


def ope():
    names = ("reward", "propensity", "target", "qHat", "vHat")
    reward, propensity, target, q, v = (np.fromfile(f"{folder}/{name}", dtype=np.float32) for name in names)
    started = time.perf_counter()
    weight = target.astype(np.float64) / propensity
    weighted = weight * reward
    ips = weighted.mean()
    values = {"IPS": interval(ips, weighted - ips)}
    ratio = weighted.sum() / weight.sum()
    values["SNIPS"] = interval(ratio, (weighted - ratio * weight) / weight.mean())
    terms = v + weight * (reward - q.astype(np.float64))
    values["DR"] = interval(terms.mean(), terms - terms.mean())
    return time.perf_counter() - started, values


def ranking():
    grades = np.fromfile(f"{folder}/grades", dtype=np.uint8).reshape(-1, PLACES)
    started = time.perf_counter()
    discount = 1 / np.log2(np.arange(2, K + 2))
    sums = dict.fromkeys(("ndcg", "precision", "recall", "map", "mrr", "hit"), 0.0)
    # Some at a time, so that the parts stay in the cache.
    for part in np.array_split(grades, max(1, len(grades) // 10_000)):
        top, hits = part[:, :K], part[:, :K] > 0
        relevant = (part > 0).sum(axis=1)
        ideal = -np.sort(-part.astype(np.int16), axis=1)[:, :K] @ discount
        has = relevant > 0
        sums["ndcg"] += np.divide(top @ discount, ideal, out=np.zeros(len(part)), where=has).sum()
        count = hits.sum(axis=1)
        sums["precision"] += (count / K).sum()
        sums["recall"] += np.divide(count, relevant, out=np.zeros(len(part)), where=has).sum()
        at = hits.cumsum(axis=1) / np.arange(1, K + 1)
        sums["map"] += np.divide((at * hits).sum(axis=1), relevant, out=np.zeros(len(part)), where=has).sum()
        any_hit = hits.any(axis=1)
        sums["mrr"] += np.where(any_hit, 1 / (hits.argmax(axis=1) + 1), 0).sum()
        sums["hit"] += any_hit.sum()
    values = {name: [float(total / len(grades))] for name, total in sums.items()}
    return time.perf_counter() - started, values


seconds, values = ope() if task == "ope" else ranking()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "values": values, "peakMegabytes": peak, "version": f"numpy {np.__version__}"}))
