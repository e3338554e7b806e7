"""PyTorch's side of the benchmark: the same networks and the same training step as the other engines, at its best.

Reads a command in JSON from each line of its input and answers with a line of JSON; `child-process.mjs` speaks to it.

What was tried, with PyTorch 2.15 (MKL, AVX-512) on 2 shared cores of an EPYC, batch 256, 300 to 20,000 items:
- Memory: by default glibc gives each large tensor back to the system and fetches fresh pages for the next. With
  MALLOC_MMAP_MAX_=0 and MALLOC_TRIM_THRESHOLD_ high (set by who starts this) a step at 20,000 items takes 73 instead of
  94 ms on one thread and 40 instead of 56 ms on two. Nothing else mattered as much.
- Loss: its gradient by hand, in place (here), 16 ms at 3,000 items; by autograd on log_softmax 17, on logsumexp 20.
  The mask by masked_fill or added: no difference.
- torch.compile (of the whole loss, of the part behind the encoder): 11 to 34 s to compile and no faster: 18 to 20 ms.
- Embeddings: nn.functional.embedding, no slower than index_select. Feedback here is 0 or 1, so `positive` and `negative`
  are one table with two halves, and a token is one look-up. Mean: embedding_bag, 2.1 ms; a weighted bmm 2.6.
- GRU: packed sequences (here); padding behind and the last real output: 1.05 to 1.1 times as long; a loop in Python
  over rows sorted by length: as packed, or a little longer; a loop over all rows: 1.3 times as long.
- Attention: the newest position's query alone (here); over real tokens alone: 1.0 to 1.1 times as long; all positions
  with scaled_dot_product_attention: 1.0 to 1.4 times as long.
- Adam: fused; foreach and the default take 1.0 to 1.1 times as long.
- OMP_WAIT_POLICY=active and MKL_DYNAMIC=false: no gain; threads that sleep at once (GOMP_SPINCOUNT): twice as slow.
- A draw: one uniform number a row and a search in the cumulative sums (here); multinomial, or a race of exponential
  variables, takes 5 to 12 times as long.
"""

import json
import math
import mmap
import resource
import sys
import time

import torch
import torch.nn.functional as F

TYPES = {"F32": torch.float32, "I32": torch.int32, "U8": torch.uint8}
FORBIDDEN = -1e9  # a logit; finite, so that p log p is 0 and not a NaN


def peak_memory():
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def read_tensors(path):
    """The safetensors format, without a package for it."""
    with open(path, "rb") as file:
        raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    start = 8 + int.from_bytes(raw[:8], "little")
    tensors = {}
    for name, entry in json.loads(raw[8:start]).items():
        count = math.prod(entry["shape"])
        offset = start + entry["data_offsets"][0]
        flat = torch.frombuffer(raw, dtype=TYPES[entry["dtype"]], offset=offset, count=count)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


class MaskedActorLoss(torch.autograd.Function):
    """mean(-weight * log pi(action)) - c_e * mean(entropy), and its gradient by the logits, which it overwrites."""

    @staticmethod
    def forward(ctx, logits, mask, actions, weight, entropy_weight):
        batch = logits.shape[0]
        rows = torch.arange(batch)
        logits.masked_fill_(mask == 0, FORBIDDEN)
        log_p = F.log_softmax(logits, 1)
        p = torch.exp(log_p, out=logits)
        entropy = -torch.linalg.vecdot(p, log_p)
        policy_loss = -torch.dot(weight, log_p[rows, actions]) / batch
        # p * (weight + c_e * (log p + entropy)) / batch, and -weight / batch where the action is
        slope = ((weight + entropy_weight * entropy) / batch)[:, None]
        gradient = torch.add(slope, log_p, alpha=entropy_weight / batch, out=log_p).mul_(p)
        gradient[rows, actions] -= weight / batch
        ctx.save_for_backward(gradient)
        ctx.mark_non_differentiable(entropy)
        return policy_loss - entropy_weight * entropy.mean(), policy_loss.detach(), entropy

    @staticmethod
    def backward(ctx, of_loss, of_policy_loss, of_entropy):
        return ctx.saved_tensors[0] * of_loss if of_loss != 1 else ctx.saved_tensors[0], None, None, None, None


class Network:
    def __init__(self, encoder, weights):
        self.encoder = {"mean": self.mean, "gru": self.gru, "attention": self.attention}[encoder]
        self.items = weights["positive"].shape[0]
        self.first = self.in_own_layout(weights)
        self.weights = {name: torch.nn.Parameter(value.clone()) for name, value in self.first.items()}

    @staticmethod
    def in_own_layout(weights):
        """One table for positive and negative; vectors without a first dimension of 1; a GRU's gates in rows."""
        own = {name: value[0] if value.shape[0] == 1 else value for name, value in weights.items()}
        own["tokens"] = torch.cat([own.pop("positive"), own.pop("negative")])
        for name in {"inputGates", "stateGates"} & own.keys():
            own[name] = own[name].t().contiguous()
        return own

    @torch.no_grad()
    def reset(self):
        for name, value in self.first.items():
            self.weights[name].copy_(value)

    def tokens(self, items, feedback):
        """Rows of the table; below 0 for padding."""
        return items + torch.where(items >= 0, self.items * (1 - feedback).int(), 0)

    def mean(self, items, feedback):
        w = self.weights
        real = items >= 0
        filled = real.sum(1)
        tokens = self.tokens(items, feedback)[real]
        pooled = F.embedding_bag(tokens, w["tokens"], (filled.cumsum(0) - filled).int(), mode="mean")
        liked = feedback.sum(1) / filled.clamp(min=1)
        none = torch.zeros_like(liked)
        extra = torch.stack([filled / items.shape[1], liked, none, none], 1)
        return torch.relu(torch.addmm(w["hiddenBias"], torch.cat([pooled, extra], 1), w["hidden"]))

    def gru(self, items, feedback):
        w = self.weights
        (batch, length), size = items.shape, w["stateGates"].shape[1]
        # Packed by hand: rows by falling length, and of each position only the rows that are as long.
        filled, order = (items >= 0).sum(1).sort(descending=True)
        some = int((filled > 0).sum())
        if some == 0:
            return torch.zeros(batch, size)
        places = torch.arange(length)
        from_left = (places + (length - filled)[:, None]).clamp(max=length - 1)
        tokens = self.tokens(items, feedback)[order].gather(1, from_left).t()
        real = places[:, None] < filled
        sizes = real.sum(1)
        x = F.embedding(tokens[real], w["tokens"])
        state_bias = F.pad(w["candidateBias"], (2 * size, 0))
        flat = [w["inputGates"], w["stateGates"], w["gatesBias"], state_bias]
        # data, sizes, first state, weights, biases, layers, dropout, training, bidirectional: what nn.GRU calls
        _, last = torch._VF.gru(x, sizes[sizes > 0], torch.zeros(1, some, size), flat, True, 1, 0.0, True, False)
        state = F.pad(last[0], (0, 0, 0, batch - some))
        return state[order.argsort()]

    def attention(self, items, feedback):
        w = self.weights
        batch, length = items.shape
        size = w["input"].shape[1]
        block = lambda name: w["block1." + name]
        norm = lambda x, name: F.layer_norm(x, (size,), w[name + "Scale"], w[name + "Shift"])
        real = items >= 0
        x = F.embedding(self.tokens(items, feedback).clamp(min=0), w["tokens"])
        e = (x.reshape(batch * length, -1) @ w["input"]).reshape(batch, length, size) + w["position"]
        a = norm(e, "block1.attention")
        query = a[:, -1] @ block("query")
        key, value = ((a.reshape(-1, size) @ block(name)).reshape(batch, length, size) for name in ("key", "value"))
        scores = torch.bmm(key, query[:, :, None]).squeeze(2) / math.sqrt(size)
        attended = torch.softmax(scores.masked_fill(~real, FORBIDDEN), 1)
        y = e[:, -1] + torch.bmm(attended[:, None], value).squeeze(1)
        inner = torch.relu(torch.addmm(block("feedInBias"), norm(y, "block1.feed"), block("feedIn")))
        state = norm(y + torch.addmm(block("feedOutBias"), inner, block("feedOut")), "output")
        return state * real[:, -1:]  # 0 for an empty history, the only one with padding in its newest place

    def state(self, problem, rows=slice(None)):
        return self.encoder(problem["historyItems"][rows], problem["historyFeedback"][rows])

    def value(self, state):
        return state @ self.weights["critic"] + self.weights["criticBias"]

    def logits(self, state):
        return torch.addmm(self.weights["actorBias"], state, self.weights["actor"].t())


class Engine:
    def prepare(self, path, encoder, threads, settings):
        torch.set_num_threads(threads)
        tensors = read_tensors(path)
        weights = {name.removeprefix("weights/"): v for name, v in tensors.items() if name.startswith("weights/")}
        self.problem = {name: v for name, v in tensors.items() if not name.startswith("weights/")}
        self.network = Network(encoder, weights)
        self.settings = settings
        self.parameters = list(self.network.weights.values())
        self.optimizer = torch.optim.Adam(self.parameters, lr=settings["learningRate"], fused=True)
        return {}

    def step(self):
        problem, network, settings = self.problem, self.network, self.settings
        self.optimizer.zero_grad()
        state = network.state(problem)
        value = network.value(state)
        actor_loss, policy_loss, entropy = MaskedActorLoss.apply(
            network.logits(state),
            problem["mask"],
            problem["actions"],
            problem["policyWeight"],
            settings["entropyWeight"],
        )
        value_loss = F.mse_loss(value, problem["valueTarget"])
        (actor_loss + settings["valueWeight"] * value_loss).backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, settings["maxGradientNorm"], foreach=True)
        self.optimizer.step()
        report = {"policyLoss": policy_loss, "valueLoss": value_loss, "entropy": entropy.mean(), "gradientNorm": norm}
        return {name: number.item() for name, number in report.items()}

    def check(self, steps):
        with torch.inference_mode():
            values = self.network.value(self.network.state(self.problem)).tolist()
        return {"values": values, "reports": [self.step() for _ in range(steps)]}

    def time(self, seconds):
        """Times of single steps, from the first weights on; at least one, and one more to warm up."""
        self.network.reset()
        self.step()
        return {"milliseconds": times(self.step, seconds)}

    @torch.inference_mode()
    def decide(self, what, sessions, seconds):
        """Times of single decisions for the first sessions of the problem."""
        problem, network, rows = self.problem, self.network, slice(sessions)

        def draw():
            logits = network.logits(network.state(problem, rows)).masked_fill_(problem["mask"][rows] == 0, FORBIDDEN)
            probabilities = logits.softmax(1)
            sums = probabilities.cumsum(1)
            items = torch.searchsorted(sums, torch.rand(sessions, 1) * sums[:, -1:])
            return items, probabilities.gather(1, items)

        def top():
            logits = network.logits(network.state(problem, rows)).masked_fill_(problem["mask"][rows] == 0, FORBIDDEN)
            best, items = logits.topk(10)
            return items, (best - logits.logsumexp(1, keepdim=True)).exp()

        decision = {"draw": draw, "top": top}[what]
        decision()
        return {"milliseconds": times(decision, seconds)}

    def memory(self):
        return {"peakMemory": peak_memory()}


def times(job, seconds):
    taken, end = [], time.perf_counter() + seconds
    while not taken or time.perf_counter() < end:
        start = time.perf_counter()
        job()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def main():
    torch.set_flush_denormal(True)
    engine = Engine()
    say = lambda answer: print(json.dumps(answer), flush=True)
    say({"engine": f"PyTorch {torch.__version__}", "startMemory": peak_memory()})
    for line in sys.stdin:
        command = json.loads(line)
        try:
            say(getattr(engine, command.pop("command"))(**command))
        except Exception as error:  # whatever it is, the benchmark has to say it and go on without this engine
            say({"error": f"{type(error).__name__}: {error}"})


main()
