import { type AsyncConformanceCheck, checkRule } from '@ialp/core/testing';
import type { UserState } from '../preference-source.js';
import type { ModeledUser, ProbabilityEstimate, RewardModel } from '../reward-model.js';
import { check, specificationCheck } from './conformance-check.js';

/** Makes the reward model to check; always the same one. */
export type MakeRewardModel = () => RewardModel | Promise<RewardModel>;

/** Options of `rewardModelChecks`. */
export interface RewardModelCheckOptions {
  /** Users to follow. Default: a new one, one who liked the first items, one with mixed feelings about them. */
  readonly states?: readonly UserState[];
}

/** Sums in another order may differ by this much. */
const ROUNDING = 1e-6;

/** The rules of `RewardModel`, one check each, for any test runner. */
export function rewardModelChecks(
  make: MakeRewardModel,
  { states }: RewardModelCheckOptions = {},
): AsyncConformanceCheck[] {
  const forEachState = (name: string, look: (model: RewardModel, state: UserState) => void): AsyncConformanceCheck =>
    check(name, async () => {
      const model = await make();
      for (const state of states ?? statesOver(model.items)) look(model, state);
    });
  return [
    specificationCheck(make),
    check('it says how many items it knows', async () => checkItems(await make())),
    forEachState('every item has a mean from 0 to 1 and a deviation of at least 0', checkEstimates),
    forEachState('asking changes nothing', checkPure),
    forEachState('users are followed each by themselves', checkIndependence),
    forEachState('what a user meets under way counts like what their state began with', checkObserve),
    forEachState('it leaves the state as it was', checkReadOnly),
    check('the same model says the same', async () => checkDeterminism(await make(), await make(), states)),
  ];
}

function statesOver(items: number): UserState[] {
  const met = Array.from({ length: Math.min(4, items) }, (_, item) => item);
  return [
    { items: [], feedback: [] },
    { items: met, feedback: met.map(() => 1) },
    { items: met, feedback: met.map((_, k) => [0, 1, 0.5, 0][k]) },
  ];
}

function checkItems({ items }: RewardModel): void {
  checkRule(Number.isSafeInteger(items) && items >= 1, `items: expected an integer of at least 1; found ${items}`);
}

function estimates(model: RewardModel, user: ModeledUser): ProbabilityEstimate[] {
  return Array.from({ length: model.items }, (_, item) => user.probability(item));
}

function checkEstimates(model: RewardModel, state: UserState): void {
  for (const [item, { mean, logitDeviation }] of estimates(model, model.user(state)).entries()) {
    checkRule(mean >= 0 && mean <= 1, `mean of item ${item}: expected a number from 0 to 1; found ${mean}`);
    const isDeviation = logitDeviation >= 0 && logitDeviation < Number.POSITIVE_INFINITY;
    checkRule(isDeviation, `logitDeviation of item ${item}: expected a number of at least 0; found ${logitDeviation}`);
  }
}

function checkPure(model: RewardModel, state: UserState): void {
  const user = model.user(state);
  const first = estimates(model, user);
  assertAlike(first, estimates(model, user), 'asked again');
  const backwards = Array.from({ length: model.items }, (_, k) => user.probability(model.items - 1 - k));
  assertAlike(first, backwards.reverse(), 'asked in another order');
}

function checkIndependence(model: RewardModel, state: UserState): void {
  const [user, other] = [model.user(state), model.user(state)];
  const before = estimates(model, user);
  for (let item = 0; item < model.items; item++) other.observe(item, item % 2);
  assertAlike(before, estimates(model, user), 'after another user met something');
}

function checkObserve(model: RewardModel, state: UserState): void {
  const followed = model.user({ items: [], feedback: [] });
  for (const [k, item] of state.items.entries()) followed.observe(item, state.feedback[k]);
  assertAlike(estimates(model, model.user(state)), estimates(model, followed), 'told one by one', ROUNDING);
}

function checkReadOnly(model: RewardModel, state: UserState): void {
  const mine = structuredClone(state);
  const user = model.user(mine);
  estimates(model, user);
  user.observe(0, 1);
  const [found, expected] = [JSON.stringify(mine), JSON.stringify(state)];
  checkRule(found === expected, `the state: expected it as it was, ${expected}; found ${found}`);
}

function checkDeterminism(
  model: RewardModel,
  again: RewardModel,
  states: readonly UserState[] = statesOver(model.items),
): void {
  for (const state of states) {
    assertAlike(estimates(model, model.user(state)), estimates(again, again.user(state)), 'of the model made again');
  }
}

function assertAlike(
  expected: readonly ProbabilityEstimate[],
  found: readonly ProbabilityEstimate[],
  when: string,
  tolerance = 0,
): void {
  for (const [item, estimate] of expected.entries()) {
    for (const field of ['mean', 'logitDeviation'] as const) {
      const [a, b] = [estimate[field], found[item][field]];
      checkRule(Math.abs(a - b) <= tolerance, `${field} of item ${item}, ${when}: expected ${a}; found ${b}`);
    }
  }
}
