"""The world of `large-problem.mjs` in NumPy: all sessions in one step, without a loop over them.

Items belong to 20 clusters; a user likes one of the first two, which the feedback alone tells. A session has `turns` turns,
in which no item is shown twice; then a new user's begins in its place.

`state` [sessions, length + turns] is all that a policy needs: the tokens of the last `length` interactions, in any order,
as the mean does not depend on it, and the items that were shown. The token of a liked item is the item, that of another
`items` more; a place that is not filled has 2 `items` among the tokens, and `items` among what was shown.
"""

import numpy as np

CLUSTERS = 20
USERS = 100


class World:
    def __init__(self, items, sessions, length, turns, seed, dtype=np.int64):
        self.items, self.sessions, self.length, self.turns = items, sessions, length, turns
        self.random = np.random.default_rng(seed)
        self.rows = np.arange(sessions)
        self.user = np.empty(sessions, np.int64)
        self.turn = np.empty(sessions, np.int64)
        self.state = np.empty((sessions, length + turns), dtype)
        self.begin(self.rows)

    def begin(self, slots):
        self.user[slots] = self.random.integers(USERS, size=len(slots))
        self.turn[slots] = 0
        self.state[slots, : self.length] = 2 * self.items
        self.state[slots, self.length :] = self.items

    def step(self, items):
        """Shows an item to each session. Returns rewards, which sessions that ended, by the limit, and the states before others began."""
        reward = items % CLUSTERS == self.user % 2
        self.state[self.rows, self.turn % self.length] = np.where(reward, items, items + self.items)
        self.state[self.rows, self.length + self.turn] = items
        self.turn += 1
        ended = self.turn == self.turns
        after = self.state.copy()
        if ended.any():
            self.begin(np.flatnonzero(ended))
        return reward.astype(np.float32), ended, after
