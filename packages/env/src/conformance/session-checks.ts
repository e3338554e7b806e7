import { createRandom, type Environment, type EnvironmentSpec, type Observation, PADDING } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';
import type { MakeEnvironment } from './environment-checks.js';
import {
  choose,
  copy,
  eachStep,
  endedSlots,
  everySlot,
  excludedItems,
  maskOf,
  run,
  SEED,
  sessionTraces,
  trace,
} from './rollouts.js';

export function checkSessions(make: MakeEnvironment): void {
  for (const sessions of [1, 2, 7]) {
    const env = make(sessions);
    checkRule(
      env.spec.sessions === sessions,
      `spec.sessions: expected ${sessions}, as requested; found ${env.spec.sessions}`,
    );
    run(env, () => {});
  }
}

export function checkFreshSessions(env: Environment): void {
  checkFresh(env.spec, env.reset({ seed: SEED }), everySlot(env));
  eachStep(env, (_env, step) => {
    const ended = endedSlots(step);
    if (ended.length > 0) checkFresh(env.spec, env.reset({ resetMask: maskOf(env, ended) }), ended);
  });
  // Also sessions that have not ended, because some environments end none for long.
  checkFresh(env.spec, env.reset(), everySlot(env));
}

function checkFresh(spec: EnvironmentSpec, observation: Observation, slots: number[]): void {
  const { historyLength } = spec;
  for (const slot of slots) {
    checkRule(observation.turn[slot] === 0, `turn[${slot}] after a reset: expected 0; found ${observation.turn[slot]}`);
    for (let place = slot * historyLength; place < (slot + 1) * historyLength; place++) {
      const [item, feedback] = [observation.historyItems[place], observation.historyFeedback[place]];
      checkRule(item === PADDING, `historyItems[${place}] after a reset: expected ${PADDING}; found ${item}`);
      checkRule(feedback === 0, `historyFeedback[${place}] after a reset: expected 0; found ${feedback}`);
    }
  }
}

export function checkDeterminism(make: MakeEnvironment): void {
  const env = make(4);
  const first = trace(env, SEED);
  checkRule(first === trace(env, SEED), 'the same environment, reset with the same seed, gave another trace');
  checkRule(first === trace(make(4), SEED), 'a second environment, reset with the same seed, gave another trace');
}

export function checkSeedMatters(make: MakeEnvironment): void {
  const traces = new Set([1, 2, 3, 4, 5].map((seed) => trace(make(4), seed)));
  checkRule(traces.size > 1, 'five seeds gave one trace; expected the sessions to depend on the seed');
}

export function checkIndependence(make: MakeEnvironment): void {
  const alone = sessionTraces(make(1))[0];
  const among = sessionTraces(make(6))[0];
  checkRule(
    alone === among,
    'session 0 changed with five other sessions; expected each session to have a random stream of its own',
  );
}

export function checkIndependenceOfActions(make: MakeEnvironment): void {
  const [calm, wild] = [SEED, SEED + 1].map((neighbours) => sessionTraces(make(4), SEED, neighbours)[0]);
  checkRule(calm === wild, 'session 0 changed when other items were shown in the other sessions');
}

export function checkPartialReset(env: Environment): void {
  const { sessions, historyLength } = env.spec;
  const random = createRandom(SEED);
  const observation = env.reset({ seed: SEED });
  const step = env.step(
    choose(
      env,
      observation,
      everySlot(env).map(() => random),
    ),
  );
  const before = copy(step.observation);
  const after = env.reset({ resetMask: maskOf(env, [0]) });
  for (let slot = 1; slot < sessions; slot++) {
    for (const [name, width] of [
      ['session', 1],
      ['turn', 1],
      ['historyItems', historyLength],
      ['historyFeedback', historyLength],
    ] as const) {
      for (let place = slot * width; place < (slot + 1) * width; place++) {
        checkRule(
          after[name][place] === before[name][place],
          `resetting session 0 changed ${name}[${place}] of session ${slot}`,
        );
      }
    }
    checkRule(
      excludedItems(before, slot).join() === excludedItems(after, slot).join(),
      `resetting session 0 changed the exclusions of session ${slot}`,
    );
  }
}
