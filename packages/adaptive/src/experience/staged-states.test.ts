/** Policy states of learners that wrap others, taken in steps: all parts or none. */
import { type Checkpoint, createRandom } from '@ialp/core';
import { createA2C, createNetwork, createNetworkPolicy, type Learner, type Staging } from '@ialp/policy';
import { describe, expect, test } from 'vitest';
import { createAdaptiveLearner } from '../learners/adaptive-learner.js';

const network = (seed: number) =>
  createNetwork({ items: 9, historyLength: 2, embedding: 4, hidden: 8, random: createRandom(seed) });

/** An adaptive learner; its online learner can take states in steps, or only at once. */
function make(seed: number, inSteps: boolean): Learner {
  const online = createA2C({ network: network(seed + 1) });
  const { stagePolicyState: _, ...without } = online;
  return createAdaptiveLearner({
    pretrained: createNetworkPolicy(network(seed)),
    online: (inSteps ? online : without) as typeof online,
  });
}

function run(staging: Staging): () => void {
  for (;;) {
    const step = staging.next();
    if (step.done === true) return step.value;
  }
}

describe.each([true, false])('in steps: %s', (inSteps) => {
  test('a state whose learner is refused changes no other part', () => {
    const [leading, following] = [make(1, inSteps), make(5, inSteps)];
    const state = leading.policyState!();
    const online = state['learner'] as Record<string, Checkpoint>;
    const first = Object.keys(online)[0]!;
    const broken = structuredClone({
      ...state,
      count: { interactions: 77 },
    }) as Record<string, Checkpoint>;
    const tensors = broken['learner']![first] as unknown as Record<string, { data: Float32Array }>;
    Object.values(tensors)[0]!.data[0] = Number.NaN;
    const before = following.policyState!();
    expect(() => run(following.stagePolicyState!(broken))()).toThrow();
    expect(following.policyState!()).toEqual(before);
  });

  test('a state is taken as at once', () => {
    const [leading, staged, direct] = [make(1, inSteps), make(5, inSteps), make(5, inSteps)];
    const state = { ...leading.policyState!(), count: { interactions: 77 } };
    run(staged.stagePolicyState!(state))();
    direct.setPolicyState!(state);
    expect(staged.policyState!()).toEqual(direct.policyState!());
    expect(staged.policyState!()).toEqual(state);
  });
});
