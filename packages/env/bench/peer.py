"""
The peer: the same world as the Python simulators of this field are written, one session at a time, an object with step()
and reset(), a matrix of rewards and a matrix of distances. `peer.py <items> <seconds>`; with numpy where it is installed,
else with lists. Prints one line of JSON: user steps per second, turns per session.
"""

import json
import random
import sys
import time

try:
    import numpy as np
except ImportError:
    np = None

USERS, WINDOW, MISSES, MAX_TURNS, WIDTH, LIKED_SHARE, SIMILAR_SHARE = 290, 5, 5, 100, 8, 0.3, 0.02


class Session:
    def __init__(self, likelihood, distance, limit):
        self.likelihood, self.distance, self.limit = likelihood, distance, limit
        self.reset()

    def reset(self):
        self.user = random.randrange(USERS)
        self.shown, self.seen, self.misses = [], set(), 0

    def step(self, item):
        reward = 1 if random.random() < self.likelihood[self.user][item] else 0
        self.misses = 0 if reward else self.misses + 1
        near = self.distance[item]
        leaves = any(near[other] < self.limit for other in self.shown[-WINDOW:]) or self.misses >= MISSES
        self.shown.append(item)
        self.seen.add(item)
        return reward, leaves, not leaves and len(self.shown) >= MAX_TURNS


def world(items):
    if np is not None:
        points = np.random.default_rng(1).normal(size=(items, WIDTH)).astype(np.float32)
        squares = (points**2).sum(axis=1)
        distance = np.sqrt(np.maximum(0, squares[:, None] + squares[None, :] - 2 * points @ points.T))
        limit = np.quantile(distance[np.triu_indices(items, 1)][:2_000_000], SIMILAR_SHARE)
        likelihood = 2 * LIKED_SHARE * np.random.default_rng(2).random((USERS, items), dtype=np.float32)
        # Lists: one cell at a time is what numpy is slow at, and a peer should be at its best.
        return likelihood.tolist(), distance.tolist(), float(limit)
    points = [[random.gauss(0, 1) for _ in range(WIDTH)] for _ in range(items)]
    distance = [[sum((a - b) ** 2 for a, b in zip(p, q)) ** 0.5 for q in points] for p in points]
    pairs = sorted(distance[a][b] for a in range(items) for b in range(a))
    likelihood = [[2 * LIKED_SHARE * random.random() for _ in range(items)] for _ in range(USERS)]
    return likelihood, distance, pairs[int(SIMILAR_SHARE * len(pairs))]


def main():
    items, seconds = int(sys.argv[1]), float(sys.argv[2])
    random.seed(1)
    session = Session(*world(items))
    steps = ended = 0
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        for _ in range(1000):
            item = random.randrange(items)
            while item in session.seen:
                item = random.randrange(items)
            _, leaves, cut = session.step(item)
            if leaves or cut:
                ended += 1
                session.reset()
        steps += 1000
    numpy = "none" if np is None else np.__version__
    print(json.dumps({"rate": steps / elapsed, "turns": steps / max(1, ended), "python": sys.version.split()[0], "numpy": numpy}))


main()
