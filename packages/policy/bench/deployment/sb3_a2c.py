"""A2C of Stable-Baselines3, at its best, in the deployment that ours has: `../child-process.mjs` speaks to it.

Its loop, buffer, loss and optimiser are its own; environment and policy are what a user writes. What was tried, processor time
of an update on a busy Xeon, one thread, 300 and 3,000 items:
- Sessions that the limit ended: their values in one pass, added to the rewards by the environment (here), 6.7 and 27 ms;
  by `TimeLimit.truncated`, for which it asks the critic one session after another, 10.8 and 29 ms. The sums are the same.
- Distribution: that of `network.py` (here); its own, torch's Categorical, on top of the last, 13.5 and 60 ms.
"""

import numpy as np
import stable_baselines3
import torch
from commands import Clock, serve
from gymnasium import spaces
from network import Choice, Encoder, draw, forbid_, make_heads
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env import VecEnv
from world import World


class ClusterEnvironment(VecEnv):
    """The world as Stable-Baselines3 sees one. Observations are the world's states, as floats, which hold items exactly up to 2^24."""

    def __init__(self, world):
        self.world = world
        shape = world.state.shape[1:]
        super().__init__(world.sessions, spaces.Box(0, 2 * world.items, shape, np.float32), spaces.Discrete(world.items))
        self.clock = self.bootstrap = None
        self.infos = [{} for _ in range(world.sessions)]

    def reset(self):
        return self.world.state.copy()

    def step_async(self, actions):
        self.actions = actions

    def step_wait(self):
        reward, ended, after = self.world.step(self.actions)
        self.clock.reward(reward)
        if ended.any():
            # A session that the limit ends goes on in the critic's view.
            reward = np.where(ended, reward + self.bootstrap(after), reward)
        return self.world.state.copy(), reward, ended, self.infos

    def close(self):
        pass

    def get_attr(self, attr_name, indices=None):
        return [None] * self.num_envs

    def set_attr(self, attr_name, value, indices=None):
        raise NotImplementedError

    def env_method(self, method_name, *args, indices=None, **kwargs):
        raise NotImplementedError

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * self.num_envs


class HistoryFeatures(BaseFeaturesExtractor):
    """The encoder, on the columns of the history."""

    def __init__(self, space, items, length, embedding, hidden):
        super().__init__(space, hidden)
        self.length = length
        self.encoder = Encoder(items, length, embedding, hidden)

    def forward(self, states):
        return self.encoder(states[:, : self.length].long())


class MaskedPolicy(ActorCriticPolicy):
    """Actor and critic on one encoder; items that were shown have probability 0."""

    def _build(self, lr_schedule):
        super()._build(lr_schedule)
        actor, critic = make_heads(self.action_space.n, self.features_dim)
        self.action_net.load_state_dict(actor.state_dict())
        self.value_net.load_state_dict(critic.state_dict())

    def masked(self, features, states):
        return forbid_(self.action_net(features), states[:, self.features_extractor.length :].long())

    def forward(self, obs, deterministic=False):
        features = self.features_extractor(obs)
        p = self.masked(features, obs).softmax(1)
        actions = draw(p)
        return actions, self.value_net(features), p.gather(1, actions[:, None]).squeeze(1).log()

    def evaluate_actions(self, obs, actions):
        features = self.features_extractor(obs)
        return self.value_net(features), *Choice.apply(self.masked(features, obs), actions)

    def predict_values(self, obs):
        return self.value_net(self.features_extractor(obs))

    @torch.no_grad()
    def discounted_values(self, states, discount):
        """Of states in NumPy."""
        return discount * self.predict_values(torch.from_numpy(states)).numpy().squeeze(1)


class Updates(BaseCallback):
    """Tells the clock of each update: the first rollout begins at once, each later one after an update."""

    def __init__(self, clock):
        super().__init__()
        self.clock, self.begun = clock, False

    def _on_rollout_start(self):
        if self.begun:
            self.clock.update()
        self.begun = True

    def _on_step(self):
        return True


class Commands:
    def prepare(self, items, threads, seed, settings):
        torch.set_num_threads(threads)
        length = settings["historyLength"]
        world = World(items, settings["sessions"], length, settings["maxTurns"], seed, np.float32)
        sizes = {"items": items, "length": length, "embedding": settings["embedding"], "hidden": settings["hidden"]}
        self.model = stable_baselines3.A2C(
            MaskedPolicy,
            ClusterEnvironment(world),
            learning_rate=settings["learningRate"],
            n_steps=settings["rolloutLength"],
            gamma=settings["discount"],
            gae_lambda=settings["lambda"],
            ent_coef=settings["entropyWeight"],
            vf_coef=settings["valueWeight"],
            max_grad_norm=settings["maxGradientNorm"],
            use_rms_prop=False,
            policy_kwargs={
                "features_extractor_class": HistoryFeatures,
                "features_extractor_kwargs": sizes,
                "net_arch": {"pi": [], "vf": []},
                "ortho_init": False,
                "optimizer_kwargs": {"fused": True},
            },
            seed=seed,
            device="cpu",
        )
        self.model.env.bootstrap = lambda states: self.model.policy.discounted_values(states, settings["discount"])
        return {}

    def play(self, interactions):
        clock = self.model.env.clock = Clock()
        self.model.learn(interactions, callback=Updates(clock), log_interval=None, reset_num_timesteps=False)
        clock.update()
        return clock.answer()


torch.set_flush_denormal(True)
commands = Commands()
serve(
    f"Stable-Baselines3 {stable_baselines3.__version__}, PyTorch {torch.__version__}",
    {"prepare": commands.prepare, "play": commands.play},
)
