import { checkSpecification, described, InvalidOptionError, type Observation, type Trajectories } from '@ialp/core';
import type { Learner, Policy } from '@ialp/policy';

/** Checks that a value is a policy; the message for a network says how to make one of it. @throws {InvalidOptionError} */
export function checkPolicy(option: string, policy: Policy): void {
  const expected = 'a policy, such as createNetworkPolicy(network)';
  if (hasMethods(policy, ['trainStep', 'evaluate']))
    throw new InvalidOptionError(option, described('a network'), expected);
  checkSpecification(option, policy, ['distribution'], expected, 'v2');
}

/** Checks that a value is a learner. @throws {InvalidOptionError} */
export function checkLearner(option: string, learner: Learner): void {
  const expected = 'a learner, such as createA2C({ network })';
  if (hasMethods(learner, ['trainStep', 'evaluate']))
    throw new InvalidOptionError(option, described('a network'), expected);
  checkSpecification(option, learner, ['learn'], expected, 'v2');
}

/**
 * Checks that a value is trajectories of at least one row from which can be learned: the gates and guardrails read them before the learner
 * checks them, and must not have counted what it refuses.
 * @throws {InvalidOptionError}
 */
export function checkTrajectories(trajectories: Trajectories): void {
  const isObject = typeof trajectories === 'object' && trajectories !== null;
  if (!isObject || !('offsets' in trajectories) || !('chosenBy' in trajectories)) {
    const expected =
      'Trajectories: runOnline({ environment, learner, ... }) records them and calls learn; recorder.take() of a TrajectoryRecorder makes them';
    const found = isObject && 'terminated' in trajectories ? described('a rollout, of version 1') : trajectories;
    throw new InvalidOptionError('trajectories', found, expected);
  }
  if (!(trajectories.rows >= 1)) {
    throw new InvalidOptionError('trajectories', described('no rows'), 'at least one decision with its feedback');
  }
  const { reward, propensity } = trajectories;
  const wrong = reward.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) {
    throw new InvalidOptionError(`trajectories.reward[${wrong}]`, reward[wrong], 'a finite number');
  }
  // Propensities of mixtures are sums of rounded terms and may exceed 1 slightly.
  const improbable = propensity.findIndex((value) => !(value > 0 && value < 1.001));
  if (improbable === -1) return;
  const option = `trajectories.propensity[${improbable}]`;
  throw new InvalidOptionError(option, propensity[improbable], 'a probability above 0, at most 1');
}

/**
 * Checks that each row of an observation has the key of its session: an integer of at least 0, in a Float64Array.
 * @throws {InvalidOptionError}
 */
export function checkSessionKeys({ rows, session }: Observation): void {
  const wrong = (option: string, found: unknown, expected: string) => new InvalidOptionError(option, found, expected);
  const expected = 'rows, each with the key of its session in the Float64Array session';
  if (rows === undefined) {
    const found =
      'no rows, as in observations of version 1: rename sessions to rows, and replace mask by available and exclusions';
    throw wrong('observation', described(found), expected);
  }
  if (!(rows >= 1 && session?.length === rows)) {
    throw wrong('observation', described(`${rows} rows and ${session?.length ?? 'no'} keys`), expected);
  }
  // By its tag, which is the same in every realm.
  if (Object.prototype.toString.call(session) !== '[object Float64Array]') {
    const example = 'a Float64Array of a key for each row, such as Float64Array.of(17)';
    throw wrong('session of the observation', session, example);
  }
  const row = session.findIndex((key) => !(Number.isSafeInteger(key) && key >= 0));
  if (row === -1) return;
  throw wrong(`session[${row}] of the observation`, session[row], 'a key: an integer of at least 0');
}

/** Checks that a value is a function. @param expected ends in an example. @throws {InvalidOptionError} */
export function checkFunction(option: string, value: unknown, expected: string): void {
  if (typeof value !== 'function') throw new InvalidOptionError(option, value, expected);
}

/**
 * Checks that policies are for catalogues of the same size.
 * @throws {InvalidOptionError}
 */
export function checkSameCatalogue(first: Policy, second: Policy): void {
  if (first.items === second.items) return;
  const found = described(`policies for ${first.items} and ${second.items} items`);
  throw new InvalidOptionError('policies', found, 'policies for one catalogue');
}

/** Whether a value is an object with the given methods. */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function');
}
