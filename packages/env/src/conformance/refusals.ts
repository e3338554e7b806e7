import type { MakeEnvironment } from '../check.js';
import type { Environment } from '../environment.js';
import { createRandom } from '../random.js';
import { require, requireThrows } from './conformance-error.js';
import { choose, copy, endedSlots, everySlot, firstAllowed, run, SEED } from './play.js';

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
    const random = createRandom(1);
    // A session may have ended because nothing was left to show: any item serves, the call must fail in any case.
    const actions = everySlot(env).map((slot) => firstAllowed(step.observation, slot, random));
    requireThrows(() => env.step(Int32Array.from(actions)), 'a step of a session that ended');
  });
}

/** Items out of range or masked are refused, and nothing has moved on then. */
export function checkRefusesItems(make: MakeEnvironment): void {
  for (const wrong of [-1, make(2).spec.items]) {
    const env = make(2);
    const observation = env.reset({ seed: SEED });
    const before = copy(observation);
    requireThrows(() => env.step(Int32Array.of(firstAllowed(observation, 0, createRandom(1)), wrong)), `item ${wrong}`);
    require(before.turn.every(
      (turn, slot) => turn === observation.turn[slot],
    ), `item ${wrong} was refused, but another session had moved on; check all actions before taking any`);
  }
  const env = make(2);
  const observation = env.reset({ seed: SEED });
  const step = env.step(choose(observation, [createRandom(1), createRandom(2)]));
  const forbidden = step.observation.mask.subarray(0, env.spec.items).indexOf(0);
  if (forbidden === -1 || endedSlots(step).length > 0) return;
  const other = firstAllowed(step.observation, 1, createRandom(3));
  requireThrows(() => env.step(Int32Array.of(forbidden, other)), `item ${forbidden}, which the mask forbids`);
}
