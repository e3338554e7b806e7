import { type Checkpoint, CheckpointError, type Environment, endedSessions } from '@ialp/core';
import { describe, expect, test } from 'vitest';
import { environmentChecks } from '../conformance/index.js';
import { EnvironmentStateError } from '../errors.js';
import { withInteractionLog } from '../logs/interaction-log.js';
import { firstAllowed } from '../test-support/allowed.js';
import { makeRing } from '../test-support/environment.js';
import { checkpointMembers } from './checkpoint-members.js';
import { withEpisodeStatistics } from './episode-statistics.js';
import { withSessionProgress } from './session-progress.js';
import { withTransformedReward } from './transformed-reward.js';
import { withTurnLimit } from './turn-limit.js';
import { wrapEnvironment } from './wrap-environment.js';

const halved = <E extends Environment>(env: E) =>
  withTransformedReward(env, { reward: (value) => value / 2, rewardRange: [0, 0.5] });
const WRAPPERS: [name: string, wrap: <E extends Environment>(env: E) => E][] = [
  ['withTurnLimit', (env) => withTurnLimit(env, 3)],
  ['withTransformedReward', halved],
  ['withSessionProgress', withSessionProgress],
  ['withEpisodeStatistics', (env) => withEpisodeStatistics(env)],
  ['withInteractionLog', (env) => withInteractionLog(env)],
];

/** Steps with the first allowed items; ended sessions are reset. */
function play<E extends Environment>(env: E, steps: number): E {
  for (let step = 0; step < steps; step++) {
    const result = env.step(firstAllowed(env.reset({ resetMask: new Uint8Array(env.spec.sessions) })));
    env.reset({ resetMask: endedSessions(result) });
  }
  return env;
}

function begun<E extends Environment>(env: E, steps: number): E {
  env.reset({ seed: 4 });
  return play(env, steps);
}

describe.each(WRAPPERS)('%s', (name, wrap) => {
  test('of an environment that cannot be checkpointed has no checkpoints either', () => {
    const { spec, ...ring } = makeRing(2);
    const plain: Environment = { ...ring, specificationVersion: 'v2', spec, reset: () => null!, step: () => null! };
    expect([wrap(plain).checkpoint, wrap(plain).restore]).toEqual([undefined, undefined]);
  });

  test('refuses a checkpoint of the environment alone, or of itself twice', () => {
    const plain = begun(makeRing(2), 3).checkpoint?.() as Checkpoint;
    const twice = begun(wrap(wrap(makeRing(2))), 3).checkpoint?.() as Checkpoint;
    // Session progress follows from the turns: it has no state.
    if (name === 'withSessionProgress') return;
    for (const other of [plain, twice, {}]) expect(() => wrap(makeRing(2)).restore?.(other)).toThrow(CheckpointError);
  });
});

test('nested wrappers refuse the checkpoint of another order', () => {
  const saved = begun(withTurnLimit(halved(makeRing(2)), 5), 6).checkpoint?.() as Checkpoint;
  expect(() => halved(withTurnLimit(makeRing(2), 5)).restore?.(saved)).toThrow(
    'checkpoint.wrapper.feedback: expected a value; found none. The checkpoint belongs to another object.',
  );
});

describe('withTurnLimit', () => {
  test('a session that was cut is still cut after restore', () => {
    const make = () => withTurnLimit(makeRing(1, { terminationRules: [] }), 1);
    const env = make();
    env.reset({ seed: 1 });
    expect(env.step(Int32Array.of(0)).truncated[0]).toBe(1);
    const other = make();
    other.restore?.(env.checkpoint?.() as Checkpoint);
    expect(() => other.step(Int32Array.of(1))).toThrow(EnvironmentStateError);
    other.reset({ resetMask: Uint8Array.of(1) });
    expect(other.step(Int32Array.of(1)).truncated[0]).toBe(1);
  });

  test('another limit, and flags that are not 0 or 1, are refused', () => {
    const saved = begun(withTurnLimit(makeRing(2), 5), 3).checkpoint?.() as Checkpoint;
    expect(() => withTurnLimit(makeRing(2), 4).restore?.(saved)).toThrow(
      'checkpoint.wrapper.turnLimit: expected 4, as in this environment; found 5.',
    );
    const wrapper = { ...(saved['wrapper'] as Checkpoint), cut: Uint8Array.of(0, 9) };
    expect(() => withTurnLimit(makeRing(2), 5).restore?.({ ...saved, wrapper })).toThrow(
      'checkpoint.wrapper.cut[1]: expected 0 or 1; found 9.',
    );
  });
});

describe('withEpisodeStatistics', () => {
  const make = (bufferSize = 4) => withEpisodeStatistics(makeRing(3), { bufferSize });

  test('goes on counting after restore, also within a session', () => {
    const env = begun(make(), 37);
    const other = make();
    other.restore?.(env.checkpoint?.() as Checkpoint);
    expect(other.statistics()).toEqual(env.statistics());
    expect(play(other, 20).statistics()).toEqual(play(env, 20).statistics());
    expect(env.statistics().ended).toBeGreaterThan(10);
  });

  test('another size of the buffer, and numbers that are not statistics, are refused', () => {
    const saved = begun(make(), 9).checkpoint?.() as Checkpoint;
    expect(() => make(5).restore?.(saved)).toThrow(/checkpoint\.wrapper\.bufferSize: expected 5.*found 4/);
    const wrapper = saved['wrapper'] as Checkpoint;
    for (const changes of [
      { ended: -1 },
      { running: Float64Array.of(0, Number.NaN, 0) },
      { reward: Float64Array.of(0, 0, 0, Number.POSITIVE_INFINITY) },
      { length: Int32Array.of(0, 0, 0, -2) },
      { length: new Int32Array(3) },
    ]) {
      const crafted = { ...saved, wrapper: { ...wrapper, ...changes } };
      expect(() => make().restore?.(crafted)).toThrow(CheckpointError);
    }
  });

  test('a refused checkpoint changes neither the statistics nor the environment', () => {
    const env = begun(make(), 20);
    const before = env.checkpoint?.() as Checkpoint;
    const other = begun(make(), 30).checkpoint?.() as Checkpoint;
    for (const part of ['wrapper', 'environment']) {
      expect(() => env.restore?.({ ...other, [part]: {} })).toThrow(CheckpointError);
      expect(env.checkpoint?.()).toEqual(before);
    }
  });
});

describe('withTransformedReward', () => {
  test('after an error halfway a checkpoint is refused, and restoring one continues', () => {
    let value = 0.5;
    const env = withTransformedReward(makeRing(2), { reward: () => value, rewardRange: [0, 1] });
    env.reset({ seed: 1 });
    env.step(Int32Array.of(0, 1));
    const saved = env.checkpoint?.() as Checkpoint;
    value = 7;
    expect(() => env.step(Int32Array.of(1, 2))).toThrow(/found 7/);
    expect(() => env.checkpoint?.()).toThrow(EnvironmentStateError);
    value = 0.25;
    const observation = env.restore?.(saved);
    expect([...(observation?.historyFeedback ?? [])]).toEqual([0, 0, 0, 0.5, 0, 0, 0, 0.5]);
    const { historyFeedback } = env.step(Int32Array.of(1, 2)).observation;
    expect([...historyFeedback]).toEqual([0, 0, 0.5, 0.25, 0, 0, 0.5, 0.25]);
  });

  test('feedback out of range is refused', () => {
    const saved = begun(halved(makeRing(2)), 3).checkpoint?.() as Checkpoint;
    const feedback = (saved['wrapper'] as Checkpoint)['feedback'] as Float32Array;
    expect(() => halved(makeRing(2)).restore?.({ ...saved, wrapper: { feedback: feedback.with(7, 0.75) } })).toThrow(
      'checkpoint.wrapper.feedback[7]: expected feedback from 0 to 0.5; found 0.75.',
    );
  });
});

describe('a wrapper of your own', () => {
  /** Halves the rewards from the third turn on, by a count of its own. */
  const make = (sessions: number, isCheckpointed: boolean): Environment => {
    const env = makeRing(sessions);
    const turns = new Int32Array(sessions);
    return wrapEnvironment(env, {
      reset(...args: Parameters<Environment['reset']>) {
        const observation = env.reset(...args);
        for (let slot = 0; slot < sessions; slot++) if (observation.turn[slot] === 0) turns[slot] = 0;
        return observation;
      },
      step(...args: Parameters<Environment['step']>) {
        const step = env.step(...args);
        return { ...step, reward: step.reward.map((reward, slot) => (++turns[slot] > 2 ? reward / 2 : reward)) };
      },
      ...(isCheckpointed &&
        checkpointMembers(env, {
          checkpoint: () => ({ turns: turns.slice() }),
          read(reader) {
            const saved = reader.array('turns', Int32Array, sessions);
            return () => turns.set(saved);
          },
        })),
    });
  };
  const rule = (name: string, isCheckpointed: boolean) =>
    environmentChecks((sessions) => make(sessions, isCheckpointed)).find((check) => check.name.startsWith(name))!;

  test('that adds its state continues bit for bit, and refuses other states', () => {
    expect(() => rule('from a checkpoint', true).run()).not.toThrow();
    expect(() => rule('it refuses a checkpoint of', true).run()).not.toThrow();
    expect(() => rule('a checkpoint is plain', true).run()).not.toThrow();
  });

  test('that leaves its state out is caught', () => {
    expect(() => rule('from a checkpoint', false).run()).toThrow(/after restore in/);
  });
});
