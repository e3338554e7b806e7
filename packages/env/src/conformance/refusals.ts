import type { MakeEnvironment } from '../check.js';
import type { Environment } from '../environment.js';
import type { Observation } from '../observation.js';
import { createRandom } from '../random.js';
import { require, requireThrows } from './conformance-error.js';
import { allowed, choose, copy, endedSlots, everySlot, run, SEED } from './play.js';

/** A step before the first reset is refused. */
export function checkRefusesEarlyStep(env: Environment): void {
  requireThrows(
    () => env.step(new Int32Array(env.spec.sessions * env.spec.slateSize)),
    'a step before the first reset',
  );
}

/** A step of a session that ended is refused. */
export function checkRefusesEnded(env: Environment): void {
  let tried = false;
  run(env, (_actions, step) => {
    if (tried || endedSlots(step).length === 0) return;
    tried = true;
    // A session may have ended because nothing was left to show: any items serve, the call must fail in any case.
    const actions = choose(
      env,
      step.observation,
      everySlot(env).map((slot) => createRandom(slot)),
    );
    requireThrows(() => env.step(actions), 'a step of a session that ended');
  });
}

/** Items out of range or masked are refused, and nothing has moved on then. */
export function checkRefusesItems(make: MakeEnvironment): void {
  for (const wrong of [-1, make(2).spec.items]) {
    const env = make(2);
    const observation = env.reset({ seed: SEED });
    requireRefused(
      env,
      observation,
      (actions) => {
        actions[actions.length - 1] = wrong;
      },
      `item ${wrong}`,
    );
  }
  const env = make(2);
  const observation = env.reset({ seed: SEED });
  const step = env.step(choose(env, observation, [createRandom(1), createRandom(2)]));
  const forbidden = step.observation.mask.subarray(env.spec.items).indexOf(0);
  if (forbidden === -1 || endedSlots(step).length > 0) return;
  requireRefused(
    env,
    step.observation,
    (actions) => {
      actions[actions.length - 1] = forbidden;
    },
    `item ${forbidden}, which the mask forbids`,
  );
}

/** A slate with one item twice is refused. */
export function checkRefusesDoubles(env: Environment): void {
  const { slateSize } = env.spec;
  if (slateSize === 1) return;
  requireRefused(
    env,
    env.reset({ seed: SEED }),
    (actions) => {
      actions[actions.length - 1] = actions[actions.length - 2];
    },
    'an item twice in a slate',
  );
}

function requireRefused(
  env: Environment,
  observation: Observation,
  spoil: (actions: Int32Array) => void,
  what: string,
): void {
  const before = copy(observation);
  const random = createRandom(1);
  const slate = (slot: number): number[] => allowed(observation, slot, random, env.spec.slateSize);
  const actions = Int32Array.from(everySlot(env).flatMap(slate));
  spoil(actions);
  requireThrows(() => env.step(actions), what);
  require(before.turn.every(
    (turn, slot) => turn === observation.turn[slot],
  ), `${what} was refused, but another session had moved on; check all actions before taking any`);
}
