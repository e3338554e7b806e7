import type { Checkpoint, CheckpointValue, Observation } from '@ialp/core';
import { ConformanceError, checkRule } from '@ialp/core/testing';
import type { Learner } from '../learner.js';
import type { Action, Policy } from '../policy.js';
import { publishedState, takePublishedState } from '../published-state.js';
import { checkSame } from './comparisons.js';
import { type ConformanceOptions, makeRandom } from './conformance-options.js';
import { gather } from './experience.js';
import { behaviorOf } from './probabilities.js';
import { SyntheticSessions } from './synthetic-sessions.js';

const SESSIONS = 6;
const UPDATES = 4;

/** Whether another instance can take a learner's policy. */
export function isPublishable(learner: Learner): boolean {
  return learner.policyState !== undefined || learner.checkpoint !== undefined;
}

/**
 * Lets a second learner act in the same states as the first, with the same random numbers, and take what the first publishes after each of its
 * updates: the two policies must stay the same, also where acting changes them.
 */
export function checkFollowing(makeLearner: () => Learner, options: ConformanceOptions): void {
  const [leader, follower] = [makeLearner(), makeLearner()];
  if (!isPublishable(leader)) return;
  const sessions = new SyntheticSessions(SESSIONS, leader.policy.items, options);
  const random = makeRandom(options);
  const both = inStep(leader.policy, follower.policy, options);
  for (let update = 0; update < UPDATES; update++) {
    leader.learn(gather(both, leader.rolloutLength, sessions, random));
    const state = copyOf(publishedState(leader));
    takeOrFail(follower, state);
    // It belongs to the caller, who may use its arrays again.
    overwrite(state);
  }
  gather(both, leader.rolloutLength, sessions, random);
}

/** A policy that compares two, in each of the states that it is asked about, and acts in both. */
function inStep(leader: Policy, follower: Policy, options: ConformanceOptions): Policy {
  const own = makeRandom(options);
  return {
    specificationVersion: 'v2',
    items: leader.items,
    distribution(observation) {
      compare(leader, follower, observation);
      const distribution = leader.distribution(observation);
      return {
        propensity: (items) => distribution.propensity(items),
        top: (count) => distribution.top(count),
        sample(random, given): Action {
          const action = distribution.sample(random, given);
          const other = follower.distribution(observation).sample(own, given);
          checkSame(other.items, action.items, 'items that the learner with the policy state chooses');
          checkSame(other.propensity, action.propensity, 'their propensities');
          return action;
        },
      };
    },
  };
}

function compare(leader: Policy, follower: Policy, observation: Observation): void {
  const expected = behaviorOf(leader, observation);
  checkSame(behaviorOf(follower, observation), expected, 'probabilities of the learner that took the policy state');
}

/** A policy state of something else must be refused, and change nothing. */
export function checkForeignState(makeLearner: () => Learner, options: ConformanceOptions): void {
  const [learner, twin] = [makeLearner(), makeLearner()];
  if (!isPublishable(learner) || Object.keys(publishedState(learner)).length === 0) return;
  const states = new SyntheticSessions(SESSIONS, learner.policy.items, options).pass(5).observation;
  for (const state of foreignStates(learner)) {
    let refused = false;
    try {
      takePublishedState(learner, state);
    } catch {
      refused = true;
    }
    checkRule(refused, 'setPolicyState: expected an error for a policy state of something else; found none');
    compare(twin.policy, learner.policy, states);
  }
}

/** States that a learner must refuse. */
export function foreignStates(learner: Learner): Checkpoint[] {
  return [{ somethingElse: 1 }, ...lacking(publishedState(learner))];
}

/** The state without each of its parts, one at a time: the parts that are left must not be taken. They differ from the learner's own. */
function lacking(state: Checkpoint): Checkpoint[] {
  const names = Object.keys(state);
  const other = copyOf(state);
  overwrite(other, 0.5);
  return names.map((name) => Object.fromEntries(Object.entries(other).filter(([each]) => each !== name)));
}

function takeOrFail(learner: Learner, state: Checkpoint): void {
  try {
    takePublishedState(learner, state);
  } catch (error) {
    throw new ConformanceError(`setPolicyState, given the policyState of its twin: expected no error; found ${error}`);
  }
}

/** @throws {ConformanceError} for what is not plain data. */
export function copyOf(state: Checkpoint): Checkpoint {
  try {
    return structuredClone(state);
  } catch (error) {
    throw new ConformanceError(`policyState: expected plain data; found ${error}`);
  }
}

/** Overwrites all arrays, with numbers that differ from each other. */
function overwrite(value: CheckpointValue, most = 1): void {
  if (typeof value !== 'object' || value === null) return;
  if (!ArrayBuffer.isView(value)) for (const each of Object.values(value)) overwrite(each, most);
  else for (let place = 0; place < value.length; place++) value[place] = most / (1 + ((3 * place) % 7));
}
