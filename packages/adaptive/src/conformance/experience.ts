import { createRandom } from '@ialp/core';
import type { Rollout } from '@ialp/policy';
import type { GateExperience } from '../gate.js';

const [STEPS, SESSIONS, ITEMS, HISTORY] = [4, 3, 4, 2];

/**
 * Experience for the checks of gates: 4 steps of 3 sessions over 4 items, with histories of 2. All sessions end with the rollout, so that
 * rollouts are independent. The same index gives the same experience.
 */
export function makeExperience(index: number): GateExperience {
  const random = createRandom(index);
  const rows = STEPS * SESSIONS;
  const actions = Int32Array.from({ length: rows }, () => random.integer(ITEMS));
  const share = (): number => 0.1 + 0.8 * random.uniform();
  const pretrained = Float32Array.from({ length: rows }, share);
  const online = Float32Array.from({ length: rows }, share);
  const reward = Float32Array.from({ length: rows }, () => random.integer(2));
  const statesAfter = (offset: number): Rollout['states'] => {
    const historyItems = new Int32Array(rows * HISTORY).fill(-1);
    const historyFeedback = new Float32Array(rows * HISTORY);
    for (let row = 0; row < rows; row++) {
      const seen = Math.floor(row / SESSIONS) + offset;
      for (let back = 1; back <= Math.min(HISTORY, seen); back++) {
        const past = row + (offset - back) * SESSIONS;
        historyItems[(row + 1) * HISTORY - back] = actions[past];
        historyFeedback[(row + 1) * HISTORY - back] = reward[past];
      }
    }
    return {
      ...{ sessions: rows, items: ITEMS, historyLength: HISTORY, historyItems, historyFeedback },
      mask: new Uint8Array(rows * ITEMS).fill(1),
    };
  };
  const isLast = Uint8Array.from({ length: rows }, (_, row) => (row >= rows - SESSIONS ? 1 : 0));
  const rollout = {
    ...{ steps: STEPS, sessions: SESSIONS, full: true, actions, reward },
    propensity: pretrained.map((probability, row) => (probability + online[row]) / 2),
    terminated: isLast,
    truncated: new Uint8Array(rows),
    states: statesAfter(0),
    next: statesAfter(1),
  };
  // A gate reads a rollout; it does not record into one.
  return { rollout: rollout as unknown as Rollout, propensities: () => ({ pretrained, online }) };
}
