"""Encoder, masks, draws and the actor's gradient, which both peers use.

What was tried, with PyTorch 2.15 (MKL, AVX-512), processor time of one thread on a busy Xeon, 300, 3,000 and 20,000 items:
- A draw for 64 sessions: one uniform number each and a search in the cumulative sums (here), 0.03, 0.22 and 1.3 ms;
  multinomial, or a race of exponential variables, 0.43, 5.3 and 27 ms.
- What was shown: by its places (here), 0.03 ms; masked_fill with a mask of all items 0.01, 0.11 and 0.74 ms, and the mask
  has to be stored and stacked.
- Encoder: embedding_bag with a row for padding (here) or over the tokens that are real: no difference.
- torch.compile: see `../pytorch_peer.py`, as for the optimiser and memory.
"""

import torch
import torch.nn.functional as F
from torch import nn

FORBIDDEN = -1e9  # a logit; finite, so that p log p is 0 and not a NaN


class Encoder(nn.Module):
    """relu(W [mean of the tokens' embeddings, how full the history is, how much of it was liked]), first weights as ours."""

    def __init__(self, items, length, embedding, hidden):
        super().__init__()
        self.items, self.length = items, length
        # The last row is that of places that are not filled.
        self.tokens = nn.Parameter(torch.randn(2 * items + 1, embedding) * embedding**-0.5)
        self.layer = nn.Linear(embedding + 2, hidden)
        # Ours has two more inputs, which are always 0 and count in the deviation.
        nn.init.normal_(self.layer.weight, std=(2 / (embedding + 4)) ** 0.5)
        nn.init.zeros_(self.layer.bias)

    def forward(self, tokens):
        padding = 2 * self.items
        pooled = F.embedding_bag(tokens, self.tokens, mode="mean", padding_idx=padding)
        filled = (tokens != padding).sum(1, keepdim=True)
        liked = (tokens < self.items).sum(1, keepdim=True)
        return torch.relu(self.layer(torch.cat([pooled, filled / self.length, liked / filled.clamp(min=1)], 1)))


def make_heads(items, hidden):
    """Actor and critic, with first weights as ours."""
    actor, critic = nn.Linear(hidden, items), nn.Linear(hidden, 1)
    nn.init.normal_(actor.weight, std=0.01)
    nn.init.normal_(critic.weight, std=hidden**-0.5)
    for head in (actor, critic):
        nn.init.zeros_(head.bias)
    return actor, critic


@torch.no_grad()
def forbid_(logits, shown):
    """Overwrites the logits of what was shown; no gradient flows there, because its probability is 0."""
    rows, places = torch.nonzero(shown < logits.shape[1], as_tuple=True)
    logits[rows, shown[rows, places]] = FORBIDDEN
    return logits


class Choice(torch.autograd.Function):
    """log pi(action) and entropy of each row of logits, with a gradient by hand, in place: it overwrites the logits."""

    @staticmethod
    def forward(ctx, logits, actions):
        log_p = F.log_softmax(logits, 1)
        p = torch.exp(log_p, out=logits)
        entropy = -torch.linalg.vecdot(p, log_p)
        ctx.save_for_backward(log_p, p, entropy, actions)
        return log_p.gather(1, actions[:, None]).squeeze(1), entropy

    @staticmethod
    def backward(ctx, of_log_p, of_entropy):
        # p * (-of_log_p - of_entropy * (log p + entropy)), and of_log_p more where the action is
        log_p, p, entropy, actions = ctx.saved_tensors
        gradient = log_p.add_(entropy[:, None]).mul_(-of_entropy[:, None]).sub_(of_log_p[:, None]).mul_(p)
        gradient[torch.arange(len(actions)), actions] += of_log_p
        return gradient, None


def draw(probabilities):
    """One item a row, by a search in the cumulative sums."""
    sums = probabilities.cumsum(1)
    return torch.searchsorted(sums, torch.rand(len(sums), 1) * sums[:, -1:]).squeeze(1)
