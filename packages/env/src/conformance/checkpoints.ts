import { type Checkpoint, type CheckpointValue, createRandom, type Environment } from '@ialp/core';
import { checkRefusal, checkRule } from '@ialp/core/testing';
import { advance, begin, checkSameCourse, checkSameMoment, courseOf, momentOf, type Situation } from './courses.js';
import type { MakeEnvironment } from './environment-checks.js';
import { choose, everySlot, longRun, SEED } from './rollouts.js';

/** Concurrent sessions of the checks. */
const SESSIONS = 4;
/** Steps that are compared after a checkpoint. */
const STEPS_AFTER = 25;
/** Steps after which checkpoints are made. Sessions that end at the last of them have not been reset. */
const STEPS_BEFORE = [0, 1, 6, 33];

const ADVICE = 'check a checkpoint before anything changes, and throw a CheckpointError';

/** An environment that can be checkpointed. */
type Checkpointed = Environment & Required<Pick<Environment, 'checkpoint' | 'restore'>>;

function isCheckpointed(env: Environment): env is Checkpointed {
  return env.checkpoint !== undefined && env.restore !== undefined;
}

/** An environment has `checkpoint` and `restore`, or neither. */
export function checkMembers(env: Environment): void {
  const { checkpoint, restore } = env;
  for (const [name, member] of Object.entries({ checkpoint, restore })) {
    const found = member === null ? 'null' : typeof member;
    checkRule(member === undefined || typeof member === 'function', `${name}: expected a function; found ${found}`);
  }
  checkRule(checkpoint === undefined || restore !== undefined, 'restore: expected one beside checkpoint; found none');
  checkRule(restore === undefined || checkpoint !== undefined, 'checkpoint: expected one beside restore; found none');
}

/** A checkpoint before the first reset is refused. */
export function checkRefusesEarlyCheckpoint(env: Environment): void {
  if (!isCheckpointed(env)) return;
  checkRefusal(() => env.checkpoint(), 'a checkpoint before the first reset', 'throw an EnvironmentStateError');
}

/** A checkpoint is plain data, which neither what follows nor a run from it changes. */
export function checkCopies(make: MakeEnvironment): void {
  const env = make(SESSIONS);
  if (!isCheckpointed(env)) return;
  const before = advance(env, begin(env), { steps: 3 });
  const saved = env.checkpoint();
  checkPlain(saved, 'checkpoint');
  const copy = structuredClone(saved);
  const after = advance(env, before, { steps: STEPS_AFTER });
  checkSameValue(saved, copy, 'checkpoint', 'later steps changed it');
  env.restore(saved);
  advance(env, before, { steps: STEPS_AFTER });
  checkSameValue(saved, copy, 'checkpoint', 'steps of the restored environment changed it');
  // A checkpoint changes nothing either.
  const other = make(SESSIONS) as Checkpointed;
  const same = advance(other, begin(other), { steps: 3 });
  checkSameMoment(
    momentOf(advance(other, same, { steps: STEPS_AFTER }).observation),
    momentOf(after.observation),
    `${STEPS_AFTER} steps later, in an environment without a checkpoint in between`,
  );
}

/** The same actions give the same results: in the same environment, in one that has run otherwise, and in a new one. */
export function checkContinues(make: MakeEnvironment): void {
  if (!isCheckpointed(make(SESSIONS))) return;
  for (const steps of STEPS_BEFORE) checkContinuesFrom(make, (env) => advance(env, begin(env), { steps }));
  checkContinuesFrom(make, (env) =>
    advance(env, begin(env), { steps: longRun(env), until: (ended) => ended.length > 0 }),
  );
}

function checkContinuesFrom(make: MakeEnvironment, reach: (env: Environment) => Situation): void {
  const env = make(SESSIONS) as Checkpointed;
  const from = reach(env);
  const saved = env.checkpoint();
  const expected = courseOf(env, from, STEPS_AFTER);
  const busy = make(SESSIONS) as Checkpointed;
  advance(busy, begin(busy, SEED + 1), { steps: 9 });
  const resumed = {
    'the same environment': env,
    'an environment that has run': busy,
    'a new environment': make(SESSIONS),
  };
  for (const [what, other] of Object.entries(resumed)) {
    const observation = (other as Checkpointed).restore(saved);
    checkSameMoment(momentOf(observation), momentOf(from.observation), `after restore in ${what}`);
    checkEnded(other, { observation, ended: from.ended }, what);
    const found = courseOf(other, { observation, ended: from.ended }, STEPS_AFTER);
    checkSameCourse(found, expected, `after restore in ${what}`);
  }
  // Also what a seed restarts.
  const fresh = make(SESSIONS);
  checkSameCourse(
    courseOf(env, begin(env), STEPS_AFTER),
    courseOf(fresh, begin(fresh), STEPS_AFTER),
    'after restore and a reset with a seed',
  );
}

/** Sessions that had ended are still ended. */
function checkEnded(env: Environment, { observation, ended }: Situation, what: string): void {
  if (ended.length === 0) return;
  const actions = choose(
    env,
    observation,
    everySlot(env).map((slot) => createRandom(slot)),
  );
  checkRefusal(
    () => env.step(actions),
    `after restore in ${what}, a step of session ${ended[0]}, which had ended at the checkpoint`,
    'a checkpoint holds which sessions have ended',
  );
}

/** A checkpoint of something else is refused, and changes nothing. */
export function checkRefusesOthers(make: MakeEnvironment): void {
  const env = make(SESSIONS);
  if (!isCheckpointed(env)) return;
  const from = advance(env, begin(env), { steps: 5 });
  const twin = make(SESSIONS);
  advance(twin, begin(twin), { steps: 5 });
  for (const [what, wrong] of wrongCheckpoints(make, env.checkpoint())) {
    checkRefusal(() => env.restore(wrong), `restore of ${what}`, ADVICE);
  }
  checkSameCourse(
    courseOf(env, from, STEPS_AFTER),
    courseOf(twin, from, STEPS_AFTER),
    `after checkpoints of something else were refused; ${ADVICE}`,
  );
}

/** Checkpoints that are not of the environment, with what is wrong with them. */
function wrongCheckpoints(make: MakeEnvironment, saved: Checkpoint): [what: string, wrong: Checkpoint][] {
  const larger = make(SESSIONS + 1) as Checkpointed;
  larger.reset({ seed: SEED });
  const wrong: [string, Checkpoint][] = [
    ['an empty checkpoint', {}],
    ['a checkpoint of something else', { somethingElse: 1 }],
    ['a checkpoint of one session more', larger.checkpoint()],
  ];
  for (const [name, value] of Object.entries(saved)) {
    const { [name]: _, ...rest } = saved;
    const other = typeof value === 'string' ? 1 : 'something else';
    wrong.push(
      [`a checkpoint without ${name}`, rest],
      [`a checkpoint with ${name} '${other}'`, { ...saved, [name]: other }],
    );
  }
  return wrong;
}

const ARRAYS = [Float32Array, Float64Array, Int32Array, Uint8Array];

function isArray(value: CheckpointValue): value is Float64Array {
  return ARRAYS.some((type) => value instanceof type);
}

/** @throws {ConformanceError} for a value that is not plain data, and could not be stored. */
function checkPlain(value: CheckpointValue, path: string): void {
  if (value === null || ['number', 'string', 'boolean'].includes(typeof value) || isArray(value)) return;
  const isNamed = typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
  checkRule(
    isNamed || Array.isArray(value),
    `${path}: expected plain data (numbers, texts, true and false, null, Float32Array, Float64Array, Int32Array, Uint8Array, lists, and ` +
      `objects of these); found ${Object.prototype.toString.call(value)}`,
  );
  for (const [name, part] of Object.entries(value)) checkPlain(part, `${path}.${name}`);
}

/** @throws {ConformanceError} where two values differ. */
function checkSameValue(found: CheckpointValue, expected: CheckpointValue, path: string, why: string): void {
  if (typeof expected !== 'object' || expected === null || isArray(expected)) {
    const isSame = isArray(expected)
      ? isArray(found) && found.length === expected.length && expected.every((value, k) => Object.is(value, found[k]))
      : Object.is(found, expected);
    checkRule(isSame, `${path}: expected a copy; ${why}`);
    return;
  }
  const names = Object.keys(expected);
  checkRule(names.join() === Object.keys(found as Checkpoint).join(), `${path}: expected a copy; ${why}`);
  for (const name of names) {
    checkSameValue((found as Checkpoint)[name], (expected as Checkpoint)[name], `${path}.${name}`, why);
  }
}
