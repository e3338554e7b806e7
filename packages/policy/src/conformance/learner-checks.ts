import type { Checkpoint, Trajectories } from '@ialp/core';
import { type ConformanceCheck, ConformanceError, checkRule, ofVersion2, versionCheck } from '@ialp/core/testing';
import type { Learner, LearningReport } from '../learner.js';
import { createRandomPolicy } from '../policies/random-policy.js';
import type { Policy } from '../policy.js';
import { checkSame } from './comparisons.js';
import { type ConformanceOptions, makeRandom, SEED } from './conformance-options.js';
import { arraysOf, gather, gatherStaggered } from './experience.js';
import { policyChecks } from './policy-checks.js';
import { checkFollowing, checkForeignState } from './policy-state-checks.js';
import { behaviorOf } from './probabilities.js';
import { checkSlateLearning } from './slate-learning.js';
import { checkForeignStagedState, checkStagedState } from './staging-checks.js';
import { SyntheticSessions, syntheticStates } from './synthetic-sessions.js';

/** Sessions that a learner learns from. */
const SESSIONS = 6;
/** Updates of a learner in a check. */
const UPDATES = 3;

/**
 * The rules of `Learner`, one check each, and those of `Policy` for the policy after learning:
 *
 * ```ts
 * for (const check of learnerChecks(makeMine)) test(check.name, check.run);
 * ```
 *
 * @param make makes a new, untrained learner, always the same one. The experience is synthetic.
 */
export function learnerChecks(make: () => Learner, options: ConformanceOptions = {}): ConformanceCheck[] {
  const makeLearner = ofVersion2(make);
  const check = (name: string, run: (learner: Learner) => void): ConformanceCheck => ({
    name,
    run: () => run(makeLearner()),
  });
  const learned = (): Policy => {
    const learner = makeLearner();
    learnFrom(learner, options);
    return learner.policy;
  };

  return [
    versionCheck('learner', make),
    check('rolloutLength is an integer of at least 1', ({ rolloutLength }) => {
      checkRule(
        Number.isSafeInteger(rolloutLength) && rolloutLength >= 1,
        `rolloutLength: expected an integer of at least 1; found ${rolloutLength}`,
      );
    }),
    check('learning does not modify the trajectories', (learner) => {
      const trajectories = ownExperience(learner, options);
      const before = Object.entries(arraysOf(trajectories)).map(([name, array]) => [name, array.slice()] as const);
      learner.learn(trajectories);
      const after = arraysOf(trajectories);
      for (const [name, array] of before) checkSame(after[name], array, `trajectories.${name}`);
    }),
    check('the trajectories are read only during learn', (learner) => {
      const trajectories = ownExperience(learner, options);
      learner.learn(trajectories);
      const before = probe(learner.policy, options);
      // The caller overwrites the arrays with the next trajectories: here with another item, which all users like.
      trajectories.actions.fill(0);
      trajectories.reward.fill(1);
      trajectories.states.historyItems.fill(0);
      checkSame(probe(learner.policy, options), before, 'probabilities after the trajectories were overwritten');
    }),
    check('the same experience gives the same policy, bit for bit', (learner) => {
      const twin = makeLearner();
      learnFrom(learner, options);
      learnFrom(twin, options);
      checkSame(probe(twin.policy, options), probe(learner.policy, options), 'probabilities of the second learner');
    }),
    check('learning does not change the number of items', (learner) => {
      const { items } = learner.policy;
      learnFrom(learner, options, () => {
        checkRule(
          learner.policy.items === items,
          `policy.items after learning: expected ${items}; found ${learner.policy.items}`,
        );
      });
    }),
    check('every number of its report is finite', (learner) => learnFrom(learner, options, checkFinite)),
    check('from a checkpoint it continues bit for bit', (learner) => {
      if (learner.checkpoint === undefined) return;
      learnFrom(learner, options);
      const saved = learner.checkpoint?.() as Checkpoint;
      const resumed = makeLearner();
      learnFrom(resumed, options);
      learnFrom(resumed, options);
      checkRule(resumed.restore !== undefined, 'restore: expected one beside checkpoint; found none');
      // The checkpoint does not contain what is learned after it was made.
      learnFrom(learner, options);
      resumed.restore?.(saved);
      learnFrom(resumed, options);
      checkSame(probe(resumed.policy, options), probe(learner.policy, options), 'probabilities of the one resumed');
    }),
    check('a checkpoint of something else is refused, and changes nothing', (learner) => {
      if (learner.checkpoint === undefined || Object.keys(learner.checkpoint()).length === 0) return;
      learnFrom(learner, options);
      const before = probe(learner.policy, options);
      let refused = false;
      try {
        learner.restore?.({ somethingElse: 1 });
      } catch {
        refused = true;
      }
      checkRule(refused, 'restore: expected an error for a checkpoint of something else; found none');
      checkSame(probe(learner.policy, options), before, 'probabilities after a checkpoint was refused');
    }),
    {
      name: 'a second learner that takes its policy state has the same policy after every update, bit for bit',
      run: () => checkFollowing(makeLearner, options),
    },
    {
      name: 'a policy state of something else is refused, and changes nothing',
      run: () => checkForeignState(makeLearner, options),
    },
    {
      name: 'a policy state that is taken in steps changes nothing before the last, and then the same as at once',
      run: () => checkStagedState(makeLearner, options),
    },
    {
      name: 'a policy state of something else is refused in steps, too, and changes nothing',
      run: () => checkForeignStagedState(makeLearner, options),
    },
    check('sessions of any number and length are taken, also one by one', (learner) => {
      for (const trajectories of raggedExperience(learner, options)) checkFinite(learnOrFail(learner, trajectories));
      checkProbabilities(learner, options, 'after sessions of different lengths');
    }),
    check("another policy's experience is corrected for or refused", (learner) => checkOffPolicy(learner, options)),
    { name: 'slates are learned from or refused', run: () => checkSlateLearning(makeLearner, options) },
    ...policyChecks(learned, options).map(({ name, run }) => ({ name: `learned policy: ${name}`, run })),
  ];
}

/** Experience of the learner's own policy. */
function ownExperience({ policy, rolloutLength }: Learner, options: ConformanceOptions): Trajectories {
  const sessions = new SyntheticSessions(SESSIONS, policy.items, options);
  return gather(policy, rolloutLength, sessions, makeRandom(options));
}

/** Learns, and turns an error into one of the rule. */
function learnOrFail(learner: Learner, trajectories: Trajectories): LearningReport {
  try {
    return learner.learn(trajectories);
  } catch (error) {
    const { rows, count } = trajectories;
    throw new ConformanceError(
      `learn, given ${rows} decisions of ${count} sessions: expected a report; found ${error}`,
    );
  }
}

/** One decision, a single session, and sessions of different lengths, of the learner's own policy. */
function* raggedExperience({ policy }: Learner, options: ConformanceOptions): Generator<Trajectories> {
  const random = makeRandom(options);
  for (const steps of [1, 5]) yield gather(policy, steps, new SyntheticSessions(1, policy.items, options), random);
  yield gatherStaggered(policy, SESSIONS + 1, new SyntheticSessions(SESSIONS, policy.items, options), random);
}

/** A few updates from the learner's own experience; `look` is called with each report. */
function learnFrom(learner: Learner, options: ConformanceOptions, look?: (report: LearningReport) => void): void {
  const sessions = new SyntheticSessions(SESSIONS, learner.policy.items, options);
  const random = makeRandom(options);
  for (let update = 0; update < UPDATES; update++) {
    const report = learner.learn(gather(learner.policy, learner.rolloutLength, sessions, random));
    look?.(report);
  }
}

function checkFinite(report: LearningReport): void {
  for (const [name, value] of Object.entries(report)) {
    checkRule(Number.isFinite(value), `report.${name}: expected a finite number; found ${value}`);
  }
}

/** A policy's probabilities in synthetic states. */
function probe(policy: Policy, options: ConformanceOptions): Float32Array {
  return behaviorOf(policy, syntheticStates(SESSIONS, policy.items, options, SEED + 1));
}

/** Throws unless a policy still has probabilities. */
function checkProbabilities({ policy }: Learner, options: ConformanceOptions, when: string): void {
  probe(policy, options).forEach((probability, place) => {
    const isProbability = probability >= 0 && probability <= 1.0001;
    checkRule(isProbability, `probabilities[${place}] ${when}: found ${probability}`);
  });
}

function checkOffPolicy(learner: Learner, options: ConformanceOptions): void {
  const { policy, rolloutLength } = learner;
  const sessions = new SyntheticSessions(SESSIONS, policy.items, options);
  const random = makeRandom(options);
  for (let update = 0; update < UPDATES; update++) {
    const before = probe(learner.policy, options);
    const trajectories = gather(createRandomPolicy(policy.items), rolloutLength, sessions, random);
    let report: LearningReport;
    try {
      report = learner.learn(trajectories);
    } catch {
      checkSame(probe(learner.policy, options), before, 'probabilities after experience was refused');
      return;
    }
    checkFinite(report);
    checkProbabilities(learner, options, "after another policy's experience");
  }
}
