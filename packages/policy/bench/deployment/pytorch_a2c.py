"""A2C by hand in PyTorch, at its best, in the deployment that ours has: `../child-process.mjs` speaks to it.

Python loops over the turns of an update, never over sessions. The critic's values are those of the step that trains it, so
that an update has one pass over its states; the states behind it have another, without the actor.
"""

import torch
from commands import Clock, serve
from network import Choice, Encoder, draw, forbid_, make_heads
from torch.nn.functional import mse_loss
from torch.nn.utils import clip_grad_norm_
from world import World


class A2C:
    def __init__(self, items, settings, seed):
        torch.manual_seed(seed)
        self.settings = settings
        self.length = settings["historyLength"]
        self.world = World(items, settings["sessions"], self.length, settings["maxTurns"], seed)
        self.encoder = Encoder(items, self.length, settings["embedding"], settings["hidden"])
        self.actor, self.critic = make_heads(items, settings["hidden"])
        self.parameters = [p for part in (self.encoder, self.actor, self.critic) for p in part.parameters()]
        self.optimizer = torch.optim.Adam(self.parameters, lr=settings["learningRate"], fused=True)

    def logits(self, encoded, state):
        return forbid_(self.actor(encoded), state[:, self.length :])

    @torch.inference_mode()
    def act(self, state):
        return draw(self.logits(self.encoder(state[:, : self.length]), state).softmax(1))

    def play(self, interactions):
        clock = Clock()
        turns = self.settings["rolloutLength"]
        for _ in range(interactions // (turns * self.world.sessions)):
            steps = []
            for _ in range(turns):
                state = torch.from_numpy(self.world.state.copy())
                action = self.act(state).numpy()
                reward, ended, after = self.world.step(action)
                clock.reward(reward)
                steps.append((state, action, reward, ended, after))
            self.learn(steps)
            clock.update()
        return clock.answer()

    def learn(self, steps):
        settings = self.settings
        states, actions, rewards, ended, after = zip(*steps)
        state = torch.cat(states)
        action = torch.cat([torch.from_numpy(each) for each in actions])
        encoded = self.encoder(state[:, : self.length])
        value = self.critic(encoded).squeeze(1)
        advantage, target = self.advantages(value.detach().view(len(steps), -1), rewards, ended, after)
        self.optimizer.zero_grad()
        log_p, entropy = Choice.apply(self.logits(encoded, state), action)
        actor_loss = -torch.dot(advantage, log_p) / len(action) - settings["entropyWeight"] * entropy.mean()
        (actor_loss + settings["valueWeight"] * mse_loss(value, target)).backward()
        clip_grad_norm_(self.parameters, settings["maxGradientNorm"], foreach=True)
        self.optimizer.step()

    @torch.no_grad()
    def advantages(self, value, rewards, ended, after):
        """Generalised advantages (Schulman et al. 2016). A session that the limit ends goes on in the critic's view."""
        discount, decay = self.settings["discount"], self.settings["discount"] * self.settings["lambda"]
        advantage, later, following = torch.empty_like(value), 0, self.value_of(after[-1])
        for step in reversed(range(len(rewards))):
            if ended[step].any() and step < len(rewards) - 1:
                following = torch.where(torch.from_numpy(ended[step]), self.value_of(after[step]), following)
            surprise = torch.from_numpy(rewards[step]) + discount * following - value[step]
            later = surprise + decay * later * torch.from_numpy(~ended[step])
            advantage[step], following = later, value[step]
        return advantage.flatten(), (advantage + value).flatten()

    def value_of(self, state):
        return self.critic(self.encoder(torch.from_numpy(state[:, : self.length]))).squeeze(1)


class Commands:
    def prepare(self, items, threads, seed, settings):
        torch.set_num_threads(threads)
        self.learner = A2C(items, settings, seed)
        return {}

    def play(self, interactions):
        return self.learner.play(interactions)


torch.set_flush_denormal(True)
commands = Commands()
serve(f"PyTorch {torch.__version__}", {"prepare": commands.prepare, "play": commands.play})
