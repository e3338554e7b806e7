import { type ConformanceCheck, checkRule } from '@ialp/core/testing';
import type { Learner } from '../learner.js';
import type { Network } from '../network.js';
import { publishedState, stagePublishedState, takePublishedState } from '../published-state.js';
import type { Staging } from '../staging.js';
import { checkSame, checkThrows } from './comparisons.js';
import { type ConformanceOptions, makeRandom } from './conformance-options.js';
import { gather } from './experience.js';
import { outputsOf, syntheticBatch, train, weightsOf } from './network-batch.js';
import { copyOf, foreignStates, isPublishable } from './policy-state-checks.js';
import { behaviorOf } from './probabilities.js';
import { SyntheticSessions } from './synthetic-sessions.js';
import { brokenWeights } from './weights-checks.js';

const ROWS = 7;
const SESSIONS = 6;
const UPDATES = 3;

/** Does all steps of a staging, with a check after each. Returns what makes the change. */
function prepare(staging: Staging, check: () => void = () => {}): () => void {
  let step = staging.next();
  for (; !step.done; step = staging.next()) check();
  check();
  return step.value;
}

/** Does all steps of a staging, with a check after each, and makes the change. */
function inSteps(staging: Staging, check?: () => void): void {
  prepare(staging, check)();
}

/** Rules for weights that are set in steps. */
export function stagedWeightsChecks(
  makeNetwork: (seed: number) => Network,
  options: ConformanceOptions,
): ConformanceCheck[] {
  return [
    {
      name: 'weights that are staged change nothing before they are set, and are then set bit for bit',
      run() {
        const network = makeNetwork(1);
        if (network.stageWeights === undefined) return;
        const { states } = syntheticBatch(network, ROWS, options);
        // Again the first, as memory may be used in turns.
        for (const seed of [2, 3, 2, 2]) {
          const other = makeNetwork(seed);
          const before = outputsOf(network, states);
          inSteps(network.stageWeights(other.weights()), () =>
            checkSame(outputsOf(network, states), before, 'outputs while weights are staged'),
          );
          checkSame(outputsOf(network, states), outputsOf(other, states), 'outputs with the staged weights');
          checkSame(weightsOf(network), weightsOf(other), 'weights that were staged');
        }
      },
    },
    {
      name: 'staged weights that do not fit or are not finite, or are abandoned, change nothing',
      run() {
        const network = makeNetwork(1);
        if (network.stageWeights === undefined) return;
        const before = weightsOf(network);
        const weights = makeNetwork(2).weights();
        for (const [what, broken] of Object.entries(brokenWeights(weights))) {
          checkThrows(() => prepare(network.stageWeights!(broken)), `${what}, staged`);
          checkSame(weightsOf(network), before, `weights after ${what} were refused`);
        }
        prepare(network.stageWeights(weights));
        checkSame(weightsOf(network), before, 'weights after a staging was abandoned');
      },
    },
    {
      name: 'weights that were staged overwrite what has changed meanwhile',
      run() {
        const network = makeNetwork(1);
        if (network.stageWeights === undefined) return;
        for (const seed of [1, 2]) {
          const weights = makeNetwork(seed).weights();
          const commit = prepare(network.stageWeights(weights));
          network.setWeights(makeNetwork(3).weights());
          commit();
          checkSame(weightsOf(network), weightsOf(makeNetwork(seed)), 'weights that were staged before a change');
        }
      },
    },
    {
      name: 'the revision differs after every change of the weights',
      run() {
        const network = makeNetwork(1);
        if (network.revision === undefined) return;
        const seen = [network.revision];
        const note = (what: string): void => {
          checkRule(!seen.includes(network.revision!), `revision after ${what}: expected another; found the same`);
          seen.push(network.revision!);
        };
        network.setWeights(makeNetwork(2).weights());
        note('setWeights');
        if (network.stageWeights !== undefined) inSteps(network.stageWeights(makeNetwork(3).weights()));
        else network.setWeights(makeNetwork(3).weights());
        note('staged weights');
        network.setTrainingState(makeNetwork(4).trainingState());
        note('setTrainingState');
        network.scaleActor(0.5);
        note('scaleActor');
        train(network, syntheticBatch(network, ROWS, options));
        note('a training step');
      },
    },
  ];
}

/** A policy state that is taken in steps changes nothing before the last, and then the same as one that is taken at once. */
export function checkStagedState(makeLearner: () => Learner, options: ConformanceOptions): void {
  const [leader, staged, direct] = [makeLearner(), makeLearner(), makeLearner()];
  if (!isPublishable(leader)) return;
  const sessions = new SyntheticSessions(SESSIONS, leader.policy.items, options);
  const states = sessions.pass(5).observation;
  const random = makeRandom(options);
  const behavior = (learner: Learner): Float32Array | ArrayLike<number> => behaviorOf(learner.policy, states);
  for (let update = 0; update < UPDATES; update++) {
    leader.learn(gather(leader.policy, leader.rolloutLength, sessions, random));
    const state = copyOf(publishedState(leader));
    const before = behavior(staged);
    const check = (): void => checkSame(behavior(staged), before, 'probabilities while a policy state is staged');
    inSteps(stagePublishedState(staged, state), check);
    takePublishedState(direct, state);
    checkSame(behavior(staged), behavior(direct), 'probabilities after a policy state was taken in steps');
    checkParts(leader, direct, () => checkSame(behavior(direct), behavior(staged), 'probabilities without its parts'));
  }
}

/** Parts that seldom change can be left out, and are then left as they are. */
function checkParts(leader: Learner, follower: Learner, check: () => void): void {
  const names = Object.keys(leader.policyStateRevisions?.() ?? {});
  if (names.length === 0) return;
  const state = leader.policyState!(new Set(names));
  for (const name of names) {
    const part = name.split('/').reduce<unknown>((parent, key) => (parent as Record<string, unknown>)?.[key], state);
    checkRule(part === null, `policyState without ${name}: expected null in its place; found ${typeof part}`);
  }
  takePublishedState(follower, copyOf(state));
  check();
  inSteps(stagePublishedState(follower, copyOf(state)), check);
}

/** A policy state of something else must be refused in steps, too, and change nothing. */
export function checkForeignStagedState(makeLearner: () => Learner, options: ConformanceOptions): void {
  const [learner, twin] = [makeLearner(), makeLearner()];
  if (learner.stagePolicyState === undefined || Object.keys(publishedState(learner)).length === 0) return;
  const states = new SyntheticSessions(SESSIONS, learner.policy.items, options).pass(5).observation;
  for (const state of foreignStates(learner)) {
    checkThrows(
      () => prepare(learner.stagePolicyState!(state)),
      'stagePolicyState, given a policy state of something else',
    );
    const expected = behaviorOf(twin.policy, states);
    checkSame(behaviorOf(learner.policy, states), expected, 'probabilities after a staged policy state was refused');
  }
}
