"""Reads a command in JSON from each line of the input and answers with a line of JSON; `../child-process.mjs` speaks to it."""

import json
import sys
import time


class Clock:
    """Milliseconds and mean rewards of updates."""

    def __init__(self):
        self.milliseconds, self.rewards, self.pending = [], [], []
        self.start = time.perf_counter()

    def reward(self, rewards):
        self.pending.append(rewards)

    def update(self):
        now = time.perf_counter()
        self.milliseconds.append((now - self.start) * 1000)
        self.rewards.append(float(sum(each.mean() for each in self.pending) / len(self.pending)))
        self.pending = []
        self.start = now

    def answer(self):
        return {"milliseconds": self.milliseconds, "rewards": self.rewards}


def serve(name, commands):
    """`commands` by their names: functions that take the fields of a line and return the answer."""
    say = lambda answer: print(json.dumps(answer), flush=True)
    say({"engine": name})
    for line in sys.stdin:
        fields = json.loads(line)
        try:
            say(commands[fields.pop("command")](**fields))
        except Exception as error:  # whatever it is, the benchmark has to say it and go on without this engine
            say({"error": f"{type(error).__name__}: {error}"})
