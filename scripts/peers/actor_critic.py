"""A2C and PPO in PyTorch, with a simulator of their own, against what ours did in the same world.

    node scripts/peers/actor-critic.mjs <folder of Coat> --out <folder>
    pip install torch numpy
    python scripts/peers/actor_critic.py <folder>

Shares no code with the packages, only the world: who likes what, which items are too similar. Prints each measure of
both over independent seeds, with Student's t intervals, and the difference, with Welch's. Ends with 1 where one of the
differences is significant at 5 % after Holm's correction for their number.
"""
import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class World:
    """Sessions side by side. One that has ended begins anew at the end of the step, with a person drawn anew."""

    def __init__(self, rules, likes, similar, random):
        self.rules, self.likes, self.similar, self.random = rules, likes, similar, random
        self.sessions, turns = rules["sessions"], rules["maxTurns"]
        self.person = np.zeros(self.sessions, np.int64)
        self.turn = np.zeros(self.sessions, np.int64)
        self.item = np.zeros((self.sessions, turns), np.int64)
        self.feedback = np.zeros((self.sessions, turns), np.float32)
        self.allowed = np.ones((self.sessions, rules["items"]), bool)
        self.begin(np.arange(self.sessions))

    def begin(self, slots):
        self.person[slots] = self.random.choice(self.rules["arrivals"], len(slots))
        self.turn[slots] = 0
        self.allowed[slots] = True

    def history(self):
        """The last items and the answers to them, -1 and 0 where there were fewer."""
        length = self.rules["historyLength"]
        place = self.turn[:, None] - length + np.arange(length)
        real = place >= 0
        rows, place = np.arange(self.sessions)[:, None], np.maximum(place, 0)
        item = np.where(real, self.item[rows, place], -1)
        feedback = np.where(real, self.feedback[rows, place], 0)
        return torch.from_numpy(item), torch.from_numpy(feedback)

    def step(self, items):
        """The reward, whether the person left, whether the limit cut the session, and the history after it."""
        rows = np.arange(self.sessions)
        assert self.allowed[rows, items].all()
        reward = (self.random.random(self.sessions) < self.likes[self.person, items]).astype(np.float32)
        left = np.zeros(self.sessions, bool)
        for back in range(1, self.rules["window"] + 1):
            before = self.item[rows, np.maximum(self.turn - back, 0)]
            left |= (self.turn >= back) & self.similar[items, before]
        self.item[rows, self.turn], self.feedback[rows, self.turn] = items, reward
        self.allowed[rows, items] = False
        self.turn += 1
        cut = ~left & ((self.turn >= self.rules["maxTurns"]) | ~self.allowed.any(1))
        after = self.history()
        self.begin(np.flatnonzero(left | cut))
        return reward, left, cut, after


class Network(nn.Module):
    """Actor and critic on the mean of the history."""

    def __init__(self, items, history_length, embedding, hidden):
        super().__init__()
        self.history_length = history_length
        self.liked, self.passed = nn.Embedding(items, embedding), nn.Embedding(items, embedding)
        # Beside the mean: how full the history is, and its mean feedback.
        self.state = nn.Linear(embedding + 2, hidden)
        self.actor, self.critic = nn.Linear(hidden, items), nn.Linear(hidden, 1)
        for table in (self.liked, self.passed):
            nn.init.normal_(table.weight, std=embedding**-0.5)
        # Ours has two more inputs, which are always 0 and count in the deviation.
        nn.init.normal_(self.state.weight, std=(2 / (embedding + 4)) ** 0.5)
        nn.init.normal_(self.actor.weight, std=0.01)
        nn.init.normal_(self.critic.weight, std=hidden**-0.5)
        for layer in (self.state, self.actor, self.critic):
            nn.init.zeros_(layer.bias)

    def encode(self, item, feedback):
        real = (item >= 0).float()
        known = item.clamp(min=0)
        share = feedback[:, :, None]
        token = share * self.liked(known) + (1 - share) * self.passed(known)
        count = real.sum(1, keepdim=True)
        some = count.clamp(min=1)
        mean = (token * real[:, :, None]).sum(1) / some
        liked = (feedback * real).sum(1, keepdim=True) / some
        return torch.relu(self.state(torch.cat([mean, count / self.history_length, liked], 1)))

    def log_policy(self, state, allowed):
        return F.log_softmax(self.actor(state).masked_fill(~allowed, -1e9), 1)

    def value(self, state):
        return self.critic(state).squeeze(1)


class ActorCritic:
    """What A2C and PPO share: how they act, keep experience, and weigh what came of it."""

    def __init__(self, world, settings, network):
        self.settings = settings
        self.network = Network(world["items"], world["historyLength"], **network)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=settings["learningRate"])
        self.steps = []
        self.reports = []

    @torch.no_grad()
    def act(self, history, allowed):
        log_policy = self.network.log_policy(self.network.encode(*history), allowed)
        return torch.multinomial(log_policy.exp(), 1).squeeze(1)

    def observe(self, history, allowed, action, reward, left, cut, after):
        tensors = map(torch.from_numpy, (reward, left, cut))
        self.steps.append((*history, allowed, action, *tensors, *after))
        if len(self.steps) < self.settings["rolloutLength"]:
            return
        columns = [torch.stack(column) for column in zip(*self.steps)]
        self.steps = []
        self.learn(*columns)

    @torch.no_grad()
    def advantages(self, item, feedback, reward, left, cut, after_item, after_feedback):
        """Generalised advantages (Schulman et al. 2016), and the returns that the critic is to learn."""
        discount, decay = self.settings["discount"], self.settings["discount"] * self.settings["lambda"]
        values_of = lambda *history: self.network.value(self.network.encode(*(x.flatten(0, 1) for x in history)))
        value = values_of(item, feedback).view_as(reward)
        # A person who left would have given nothing more; one whom the limit cut off would have.
        following = values_of(after_item, after_feedback).view_as(reward) * ~left
        surprise = reward + discount * following - value
        advantage, later = torch.zeros_like(surprise), 0
        for step in reversed(range(len(reward))):
            later = surprise[step] + decay * later * ~(left | cut)[step]
            advantage[step] = later
        return advantage.flatten(), (advantage + value).flatten()

    def update(self, item, feedback, allowed, action, target, policy_loss):
        """One step of the optimiser; `policy_loss` maps the log probabilities of the actions to a mean loss."""
        settings, network = self.settings, self.network
        state = network.encode(item, feedback)
        log_policy = network.log_policy(state, allowed)
        entropy = -(log_policy.exp() * log_policy).sum(1).mean()
        value_loss = F.mse_loss(network.value(state), target)
        loss = policy_loss(log_policy.gather(1, action[:, None]).squeeze(1))
        self.optimizer.zero_grad()
        (loss + settings["valueWeight"] * value_loss - settings["entropyWeight"] * entropy).backward()
        norm = nn.utils.clip_grad_norm_(network.parameters(), settings["maxGradientNorm"])
        self.optimizer.step()
        return [entropy.item(), value_loss.item(), norm.item()]


class A2C(ActorCritic):
    def learn(self, item, feedback, allowed, action, *outcome):
        advantage, target = self.advantages(item, feedback, *outcome)
        batch = [x.flatten(0, 1) for x in (item, feedback, allowed, action)]
        self.reports.append(self.update(*batch, target, lambda log_p: -(log_p * advantage).mean()))


class PPO(ActorCritic):
    def learn(self, item, feedback, allowed, action, *outcome):
        advantage, target = self.advantages(item, feedback, *outcome)
        advantage = (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)
        item, feedback, allowed, action = (x.flatten(0, 1) for x in (item, feedback, allowed, action))
        with torch.no_grad():
            log_policy = self.network.log_policy(self.network.encode(item, feedback), allowed)
            old = log_policy.gather(1, action[:, None]).squeeze(1)
        clip, size = self.settings["clip"], self.settings["batchSize"]
        reports = []
        for _ in range(self.settings["epochs"]):
            for rows in torch.randperm(len(action)).split(size):
                if len(rows) < size:
                    continue

                def loss(log_p):
                    ratio = (log_p - old[rows]).exp()
                    return -torch.min(
                        ratio * advantage[rows], ratio.clamp(1 - clip, 1 + clip) * advantage[rows]
                    ).mean()

                reports.append(
                    self.update(item[rows], feedback[rows], allowed[rows], action[rows], target[rows], loss)
                )
        self.reports.append(np.mean(reports, 0))


class Uniform:
    """Shows any item that is allowed; learns nothing. By it the two worlds are compared without the learners."""

    reports = []

    def act(self, history, allowed):
        return torch.multinomial(allowed.float(), 1).squeeze(1)

    def observe(self, *_):
        pass


LEARNERS = {"a2c": A2C, "ppo": PPO}


def deploy(world, learner, interactions):
    """Rows of (start, length, reward), one for each session that began within the budget; all run to their end."""
    sessions = world.sessions
    budget = math.ceil(interactions / sessions)
    start, length, total = np.zeros(sessions, np.int64), np.zeros(sessions, np.int64), np.zeros(sessions)
    open_, ended, step = np.ones(sessions, bool), [], 0
    while step < budget or open_.any():
        history, allowed = world.history(), torch.from_numpy(world.allowed.copy())
        action = learner.act(history, allowed)
        reward, left, cut, after = world.step(action.numpy())
        if step < budget:
            learner.observe(history, allowed, action, reward, left, cut, after)
        length += 1
        total += reward
        step += 1
        over = np.flatnonzero(left | cut)
        ended += [(start[slot], length[slot], total[slot]) for slot in over if open_[slot]]
        # Sessions that begin from here on count only within the budget.
        open_[over] = step < budget
        start[over], length[over], total[over] = step * sessions + over, 0, 0
    return np.array(ended)


def sessions_of(folder, name):
    """The same rows, of a log of ours."""
    read = lambda column, kind: np.fromfile(folder / f"log-{name}-{column}", kind)
    session, reward, ended = read("session.i32", "<i4"), read("reward.f32", "<f4"), read("ended.u8", "u1")
    count = session.max() + 1
    _, start = np.unique(session, return_index=True)
    whole = np.bincount(session, ended, count) > 0
    return np.stack([start, np.bincount(session), np.bincount(session, reward)], 1)[whole]


def measures_of(ended, interactions, settings):
    """Means over sessions, by when they began."""
    start, length, reward = ended.T
    among = lambda begin, end: reward[(start >= begin * interactions) & (start < end * interactions)].mean()
    points = settings["points"]
    return {
        "early": among(0, settings["early"]),
        "final": among(1 - settings["final"], 1),
        "mean": among(0, 1),
        "length": length[start < interactions].mean(),
        "curve": [among(k / points, (k + 1) / points) for k in range(points)],
    }


def upper_tail(t, freedom):
    """P(T > t) of Student's t, t >= 0. With t = sqrt(freedom) tan(a) its density becomes a power of cos(a)."""
    node, weight = np.polynomial.legendre.leggauss(200)
    low = math.atan(t / math.sqrt(freedom))
    half = (math.pi / 2 - low) / 2
    area = half * (weight * np.cos(low + half * (node + 1)) ** (freedom - 1)).sum()
    return area * math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(math.pi)


def critical(freedom, confidence=0.95):
    low, high = 0.0, 1000.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if upper_tail(middle, freedom) > (1 - confidence) / 2 else (low, middle)
    return high


def interval(values):
    """Mean, and half the width of its interval."""
    count = len(values)
    return np.mean(values), critical(count - 1) * np.std(values, ddof=1) / math.sqrt(count)


def welch(a, b):
    """The difference of two means, half the width of its interval, and its p value (Welch 1947)."""
    parts = [np.var(x, ddof=1) / len(x) for x in (a, b)]
    error = math.sqrt(sum(parts))
    freedom = sum(parts) ** 2 / sum(part**2 / (len(x) - 1) for part, x in zip(parts, (a, b)))
    difference = np.mean(a) - np.mean(b)
    return difference, critical(freedom) * error, 2 * upper_tail(abs(difference) / error, freedom)


def holm(p):
    """P values corrected for their number (Holm 1979)."""
    corrected, most = np.zeros(len(p)), 0.0
    for rank, place in enumerate(np.argsort(p)):
        most = max(most, min(1.0, (len(p) - rank) * p[place]))
        corrected[place] = most
    return corrected


def flat(result):
    """One number a measure. The last point of the curve is left out: it is the final reward."""
    single = {name: value for name, value in result.items() if name not in ("seed", "curve")}
    return single | {f"curve {k + 1}": value for k, value in enumerate(result["curve"][:-1])}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, help="default: as many as ours")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    folder = arguments.folder
    description = json.loads((folder / "world.json").read_text())
    rules, settings = description["world"], description["settings"]
    interactions = settings["interactions"]
    likes = np.fromfile(folder / "likes.f32", "<f4").reshape(rules["users"], rules["items"])
    similar = np.fromfile(folder / "similar.u8", "u1").reshape(rules["items"], rules["items"]) > 0
    runs = json.loads((folder / "runs.json").read_text())

    def run(name, seed):
        torch.manual_seed(seed)
        world = World(rules, likes, similar, np.random.default_rng(seed))
        learner = LEARNERS[name](rules, settings["learners"][name], settings["network"]) if name in LEARNERS else Uniform()
        measures = measures_of(deploy(world, learner, interactions), interactions, settings["measures"])
        reports = learner.reports[math.floor(0.9 * len(learner.reports)) :]
        return measures | dict(zip(("entropy", "valueLoss", "gradientNorm"), np.mean(reports, 0) if reports else ()))

    rows = []
    for name, run_of_ours in runs.items():
        first = flat(run_of_ours["results"][0])
        again = flat(measures_of(sessions_of(folder, name), interactions, settings["measures"]))
        wrong = [key for key, value in again.items() if abs(value - first[key]) > 1e-6]
        if wrong:
            sys.exit(f"{name}: {', '.join(wrong)} of the same log are not the same here")
        ours = [flat(result) for result in run_of_ours["results"]]
        theirs = []
        for seed in range(1, (arguments.seeds or len(ours)) + 1):
            theirs.append(flat(run(name, seed)))
            print(".", end="", file=sys.stderr, flush=True)
        print(f" {name}", file=sys.stderr)
        for measure in ours[0]:
            a, b = ([result[measure] for result in side] for side in (ours, theirs))
            rows.append((f"{name} {measure}", interval(a), interval(b), *welch(a, b)))

    corrected = holm([row[-1] for row in rows])
    span = lambda mean, half: f"{mean:.3f} [{mean - half:.3f}, {mean + half:.3f}]"
    print(f"| measure | ours, {len(ours)} seeds | PyTorch, {len(theirs)} seeds | difference | p, Holm |")
    print("| --- | --- | --- | --- | --- |")
    for (measure, a, b, difference, half, _), p in zip(rows, corrected):
        print(f"| {measure} | {span(*a)} | {span(*b)} | {span(difference, half)} | {p:.3f} |")
    different = [row[0] for row, p in zip(rows, corrected) if p < 0.05]
    print(f"\n{len(rows)} differences, {len(different)} significant: {', '.join(different) or 'none'}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
