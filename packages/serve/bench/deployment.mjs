/**
 * The deployment that is measured: `--config` of the server, and what the part in process uses. The environment variable `IALP_BENCH` holds
 * `{ learner, learned }` as JSON: the kind of learner, and a file to which updates are written; `IALP_BENCH_KERNELS` the kernels of networks.
 */
import { openSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { createAdaptiveLearner, createOnlineNetwork } from '@ialp/adaptive';
import { createRandom } from '@ialp/core';
import { createA2C, createNetwork, createNetworkPolicy } from '@ialp/policy';
import { noteTake } from './probe.mjs';

export const LEARNERS = ['a2c', 'a-ialp-ap'];
export const HISTORY_LENGTH = 10;
/** Feedback counts for a second: users of the traffic give theirs after 0.3 s on average. */
export const RULES = { feedbackWindowMs: 1_000, rewards: 'sum', historyLength: HISTORY_LENGTH };
const ONLINE_LOGIT_SCALE = 0.5;
/** Larger catalogues are acted on by weights of 8 bits, as by the command. */
const APPROXIMATE_FROM = 5_000;

/** The learners of the command `ialp-serve`. Random weights take as long as pre-trained ones. */
export function createLearner({ capacity, historyLength = HISTORY_LENGTH, seed = 1 }) {
  const { learner: kind, learned } = JSON.parse(process.env.IALP_BENCH);
  const approximateActing = capacity >= APPROXIMATE_FROM;
  const kernels = process.env.IALP_BENCH_KERNELS ?? 'auto';
  const random = createRandom(seed);
  const network = createNetwork({ items: capacity, historyLength, approximateActing, kernels, random });
  const learner = kind === 'a2c' ? createA2C({ network }) : adaptive(network);
  if (isMainThread) recordTakes(learner);
  else if (learned !== undefined) recordLearning(learner, learned);
  return learner;
}

function adaptive(pretrained) {
  const online = createOnlineNetwork(pretrained, { logitScale: ONLINE_LOGIT_SCALE });
  return createAdaptiveLearner({ pretrained: createNetworkPolicy(pretrained), online: createA2C({ network: online }) });
}

/** Measures how long new weights are set without a pause: all of a take in one piece, or the longest step of a staging. */
function recordTakes(learner) {
  const { setPolicyState, stagePolicyState } = learner;
  const timed = (run) => {
    const begun = performance.now();
    const result = run();
    return [result, performance.now() - begun];
  };
  learner.setPolicyState = (state) => {
    const begun = performance.now();
    const [, ms] = timed(() => setPolicyState.call(learner, state));
    noteTake(begun, ms);
  };
  if (stagePolicyState === undefined) return;
  learner.stagePolicyState = function* (state) {
    const begun = performance.now();
    const staging = stagePolicyState.call(learner, state);
    let longest = 0;
    for (;;) {
      const [step, ms] = timed(() => staging.next());
      longest = Math.max(longest, ms);
      if (!step.done) {
        yield;
        continue;
      }
      return () => {
        const [, atOnce] = timed(step.value);
        noteTake(begun, Math.max(longest, atOnce));
      };
    }
  };
}

/** Writes a line for each update: when it was done, how long it took, and the decisions that were learned from. */
function recordLearning(learner, file) {
  const out = openSync(file, 'a');
  const learn = learner.learn;
  learner.learn = (trajectories) => {
    const begun = performance.now();
    const report = learn.call(learner, trajectories);
    const { session, turn } = trajectories.states;
    const rows = [...session].map((key, row) => [key, turn[row]]);
    writeSync(out, `${JSON.stringify({ at: Date.now(), ms: performance.now() - begun, rows })}\n`);
    return report;
  };
}

export default { rules: RULES, createLearner };
