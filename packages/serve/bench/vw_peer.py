"""
Vowpal Wabbit in process: `cb_explore_adf` on the items of the benchmark. `vw_peer.py <seconds>` reads the items as JSON from its input and prints
one line of JSON: milliseconds of a decision and of an update, measured in two ways:

- `text`: each decision and update is described by text, a line for the session and one for each item, as in the package's documentation;
- `parsed`: the items are parsed once and used again; only the session's line, and that of the item with feedback, are parsed each time. No faster
  use of the package was found.

The session is described by its last interactions, each item by its id, title and attributes. `-q SA` crosses the two, so that what a session liked
changes what it is shown: without it the session has no influence.
"""

import json
import random
import sys
import time

import vowpalwabbit

ARGUMENTS = "--cb_explore_adf --epsilon 0.05 -q SA -b 22 --quiet"
HISTORY = 10
LEARN_SHARE = 0.7


def item_line(item):
    attributes = item["attributes"]
    return f"|A id={item['id']} {item['title']} {attributes['kind'][0]} {attributes['brand'][0]}"


def session_line(items):
    shown = random.sample(items, HISTORY)
    return "shared |S " + " ".join(f"{item['id']}_{random.randrange(2)}" for item in shown)


def labelled(line, action, probability, cost):
    return f"{action}:{cost}:{probability} {line}"


class Text:
    def __init__(self, lines):
        self.vw = vowpalwabbit.Workspace(ARGUMENTS)
        self.lines = lines

    def decide(self, session):
        return self.vw.predict([session, *self.lines])

    def learn(self, session, action, probability, cost):
        lines = list(self.lines)
        lines[action] = labelled(lines[action], action, probability, cost)
        self.vw.learn([session, *lines])


class Parsed:
    def __init__(self, lines):
        self.vw = vowpalwabbit.Workspace(ARGUMENTS)
        self.lines = lines
        self.examples = self.vw.parse(lines)

    def decide(self, session):
        # An example with one item, as a session's line alone cannot be given back.
        parsed = self.vw.parse([session, self.lines[0]])
        probabilities = self.vw.predict([parsed[0], *self.examples])
        self.vw.finish_example(parsed)
        return probabilities

    def learn(self, session, action, probability, cost):
        # Not given back, which takes memory: the package crashes if part of what was learned from is.
        parsed = self.vw.parse([session, labelled(self.lines[action], action, probability, cost)])
        examples = list(self.examples)
        examples[action] = parsed[1]
        self.vw.learn([parsed[0], *examples])


def quantile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def summary(times):
    return {"count": len(times), "p50Ms": quantile(times, 0.5), "p99Ms": quantile(times, 0.99), "meanMs": sum(times) / len(times)}


def measure(peer, items, seconds):
    decisions, updates = [], []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(decisions) < 3 or not updates:
        session = session_line(items)
        begun = time.perf_counter()
        probabilities = peer.decide(session)
        action = random.choices(range(len(probabilities)), probabilities)[0]
        decisions.append(1000 * (time.perf_counter() - begun))
        if random.random() > LEARN_SHARE:
            continue
        cost = -random.randrange(2)
        begun = time.perf_counter()
        peer.learn(session, action, probabilities[action], cost)
        updates.append(1000 * (time.perf_counter() - begun))
    return {"decisions": summary(decisions), "updates": summary(updates)}


def main():
    random.seed(1)
    seconds = float(sys.argv[1])
    items = json.load(sys.stdin)
    lines = [item_line(item) for item in items]
    # The same decision either way, before anything is timed.
    first, second = Text(lines), Parsed(lines)
    session = session_line(items)
    for _ in range(2):
        one, other = first.decide(session), second.decide(session)
        if max(abs(a - b) for a, b in zip(one, other)) > 1e-6:
            raise SystemExit("Items that were parsed once give other probabilities than text.")
        first.learn(session, 1, one[1], -1)
        second.learn(session, 1, other[1], -1)
    report = {"text": measure(first, items, seconds), "parsed": measure(second, items, seconds)}
    print(json.dumps({"version": vowpalwabbit.__version__, "arguments": ARGUMENTS, **report}))


main()
