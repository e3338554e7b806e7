import { createRandom, endedSessions } from '@ialp/core';
import type { StoredLog } from '@ialp/core/log';
import fc from 'fast-check';
import { createFirstAcceptableChoice } from '../choices/choice-models.js';
import { withInteractionLog } from '../logs/interaction-log.js';
import { allowedItems } from './allowed.js';
import { makeRing } from './environment.js';

/** How a run for a log is made. For tests. */
export interface RunShape {
  readonly sessions: number;
  readonly steps: number;
  readonly slateSize: number;
  readonly propensities: boolean;
  readonly seed: number;
}

export const shapes: fc.Arbitrary<RunShape> = fc.record({
  sessions: fc.integer({ min: 1, max: 5 }),
  steps: fc.integer({ min: 0, max: 30 }),
  slateSize: fc.integer({ min: 1, max: 3 }),
  propensities: fc.boolean(),
  seed: fc.nat(),
});

/** A log of a run in the ring, by a random policy. */
export function loggedRun({ sessions, steps, slateSize, propensities, seed }: RunShape): StoredLog {
  const slate = slateSize === 1 ? {} : { slate: { size: slateSize, choice: createFirstAcceptableChoice() } };
  const env = withInteractionLog(makeRing(sessions, slate));
  const random = createRandom(seed);
  let observation = env.reset({ seed: seed % 2 ** 32 });
  for (let step = 0; step < steps; step++) {
    const actions = Array.from({ length: sessions }, (_, slot) => {
      const allowed = allowedItems(observation, slot);
      return Array.from({ length: slateSize }, () => allowed.splice(random.integer(allowed.length), 1)[0]);
    });
    const propensity = Float32Array.from({ length: sessions }, () => 1 - random.uniform());
    const { terminated, truncated } = env.step(Int32Array.from(actions.flat()), propensities ? propensity : undefined);
    observation = env.reset({ resetMask: endedSessions({ terminated, truncated }) });
  }
  return { header: env.header({ policy: 'random', about: { seed: String(seed) } }), log: env.log() };
}
