import { type Checkpoint, CheckpointError, endedSessions } from '@ialp/core';
import { completeLog } from '@ialp/core/log';
import { describe, expect, test } from 'vitest';
import { createFirstAcceptableChoice } from '../choices/choice-models.js';
import { environmentChecks } from '../conformance/index.js';
import { firstAllowed } from '../test-support/allowed.js';
import { makeRing } from '../test-support/environment.js';
import { loggedRun } from '../test-support/log.js';
import { withInteractionLog } from './interaction-log.js';

describe('a recording environment keeps the rules', () => {
  const slate = { size: 3, choice: createFirstAcceptableChoice() };
  for (const options of [{}, { slate }]) {
    for (const check of environmentChecks((sessions) => withInteractionLog(makeRing(sessions, options)))) {
      test(`${'slate' in options ? 'slates' : 'one item'}: ${check.name}`, check.run);
    }
  }
});

test('keeps what was shown, answered and how likely it was, session by session', () => {
  const env = withInteractionLog(makeRing(2, { terminationRules: [], maxTurns: 2 }));
  env.reset({ seed: 1 });
  const rewards = [
    ...env.step(Int32Array.of(3, 4), Float32Array.of(0.5, 0.25)).reward,
    ...env.step(Int32Array.of(5, 6), Float32Array.of(1, 0.125)).reward,
  ];
  env.reset({ resetMask: Uint8Array.of(1, 1) });
  rewards.push(...env.step(Int32Array.of(0, 1), Float32Array.of(0.5, 0.5)).reward);
  expect(env.log()).toEqual({
    session: Int32Array.of(0, 1, 0, 1, 2, 3),
    turn: Int32Array.of(0, 0, 1, 1, 0, 0),
    position: new Int32Array(6),
    item: Int32Array.of(3, 4, 5, 6, 0, 1),
    reward: Float32Array.from(rewards),
    propensity: Float32Array.of(0.5, 0.25, 1, 0.125, 0.5, 0.5),
    terminated: new Uint8Array(6),
    truncated: Uint8Array.of(0, 0, 1, 1, 0, 0),
  });
  expect(env.header()).toEqual({ environment: 'ring', items: 9, slateSize: 1, historyLength: 4 });
});

test('of a slate, the feedback stands with the item that was chosen', () => {
  const slate = { size: 2, choice: { specificationVersion: 'v1' as const, by: 'responses' as const, choose: () => 1 } };
  const env = withInteractionLog(makeRing(1, { slate }));
  env.reset({ seed: 1 });
  const { reward } = env.step(Int32Array.of(8, 2), Float32Array.of(0.5));
  expect(env.log()).toMatchObject({
    position: Int32Array.of(0, 1),
    item: Int32Array.of(8, 2),
    reward: Float32Array.of(0, reward[0]),
    propensity: Float32Array.of(0.5, 0.5),
  });
});

test('invalid propensities are refused, and nothing moves on', () => {
  const env = withInteractionLog(makeRing(2));
  const observation = env.reset({ seed: 1 });
  const step = (propensity?: Float32Array) => () => env.step(Int32Array.of(0, 1), propensity);
  expect(step(Float32Array.of(1))).toThrow(/propensity: expected one number for each of the 2 sessions/);
  expect(step(Float32Array.of(1, 0))).toThrow(/propensity\[1\]: expected a number above 0, at most 1; found 0/);
  expect(step(Float32Array.of(1, Number.NaN))).toThrow(/propensity\[1\]/);
  expect([...observation.turn]).toEqual([0, 0]);
  step(Float32Array.of(1, 1))();
  expect(() => env.step(Int32Array.of(2, 3))).toThrow(/propensity: expected propensities at every step or at none/);
});

test.each([1, 3])('turns and positions can be made again from the rows, slates of %d', (slateSize) => {
  const { log } = loggedRun({ sessions: 3, steps: 25, slateSize, propensities: true, seed: 4 });
  const { turn: _turn, position: _position, ...plain } = log;
  expect(completeLog(plain, slateSize)).toEqual(log);
});

describe('after restore', () => {
  const make = () => withInteractionLog(makeRing(3));
  const play = (env: ReturnType<typeof make>, steps: number): void => {
    for (let step = 0; step < steps; step++) {
      const observation = env.reset({ resetMask: new Uint8Array(3) });
      env.reset({ resetMask: endedSessions(env.step(firstAllowed(observation), new Float32Array(3).fill(0.5))) });
    }
  };

  test('the log is empty, and continues the one before: both together are the log of a run without a break', () => {
    const whole = make();
    whole.reset({ seed: 2 });
    play(whole, 31);
    const first = make();
    first.reset({ seed: 2 });
    play(first, 17);
    const second = make();
    second.reset({ seed: 8 });
    play(second, 5);
    second.restore?.(first.checkpoint?.() as Checkpoint);
    expect(second.log().session).toHaveLength(0);
    play(second, 14);
    for (const [name, column] of Object.entries(whole.log())) {
      const parts = [first, second].map((env) => env.log()[name as 'item']);
      expect([...parts[0], ...parts[1]], name).toEqual([...column]);
    }
  });

  test('propensities may begin or end', () => {
    const env = make();
    env.reset({ seed: 2 });
    play(env, 2);
    env.restore?.(env.checkpoint?.() as Checkpoint);
    env.step(firstAllowed(env.reset({ resetMask: new Uint8Array(3) })));
    expect(env.log().propensity).toBeUndefined();
  });

  test('numbers of sessions that had not begun are refused, and the log is not changed', () => {
    const env = make();
    env.reset({ seed: 2 });
    play(env, 9);
    const saved = env.checkpoint?.() as Checkpoint;
    const before = env.log();
    const wrapper = { begun: 2, current: Int32Array.of(0, 1, 2) };
    expect(() => env.restore?.({ ...saved, wrapper })).toThrow(
      'checkpoint.wrapper.current[2]: expected a session number below 2, or -1 for none yet; found 2.',
    );
    expect(() => env.restore?.({ ...saved, environment: {} })).toThrow(CheckpointError);
    expect(env.log()).toEqual(before);
  });
});
