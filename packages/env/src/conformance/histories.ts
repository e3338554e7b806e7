import type { Environment, Observation, StepResult } from '@ialp/core';
import { checkRule } from '@ialp/core/testing';
import { run } from './rollouts.js';

/** Histories grow by what was shown, newest last; a slate's items in its order, those not chosen with feedback 0. */
export function checkHistories(env: Environment): void {
  run(env, (actions, step, before) => {
    for (let slot = 0; slot < env.spec.sessions; slot++) {
      const turn = step.observation.turn[slot];
      checkRule(
        turn === before.turn[slot] + 1,
        `turn[${slot}]: expected ${before.turn[slot] + 1}, one more than before; found ${turn}`,
      );
      checkNewest(env, actions, step, slot);
      checkEarlier(env, step.observation, before, slot);
    }
  });
}

function checkNewest({ spec }: Environment, actions: Int32Array, step: StepResult, slot: number): void {
  const { historyLength, slateSize } = spec;
  const { historyItems, historyFeedback } = step.observation;
  const end = (slot + 1) * historyLength;
  for (let position = Math.max(0, slateSize - historyLength); position < slateSize; position++) {
    const place = end - slateSize + position;
    const item = actions[slot * slateSize + position];
    const taken = step.choice === undefined || step.choice[slot] === position;
    const feedback = taken ? step.reward[slot] : 0;
    checkRule(
      historyItems[place] === item,
      `historyItems[${place}]: expected the item just shown, ${item}; found ${historyItems[place]}`,
    );
    checkRule(
      historyFeedback[place] === feedback,
      `historyFeedback[${place}]: expected the feedback just given, ${feedback}; found ${historyFeedback[place]}`,
    );
  }
}

function checkEarlier({ spec }: Environment, now: Observation, before: Observation, slot: number): void {
  const { historyLength, slateSize } = spec;
  for (let place = slot * historyLength; place < (slot + 1) * historyLength - slateSize; place++) {
    for (const field of ['historyItems', 'historyFeedback'] as const) {
      const expected = before[field][place + slateSize];
      const found = now[field][place];
      checkRule(found === expected, `${field}[${place}]: expected ${expected}, moved by ${slateSize}; found ${found}`);
    }
  }
}
