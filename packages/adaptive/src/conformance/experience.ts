import { CHOSEN_BY, createRandom, noExclusions, type Observation, TRAJECTORY_END, type Trajectories } from '@ialp/core';
import type { GateExperience } from '../gate.js';

const [STEPS, SESSIONS, ITEMS, HISTORY] = [4, 3, 4, 2];
/** The place of the session that goes on from each piece of experience with an even index to the next. */
const LONG = 2;
/** The place of the session that has its last step in a piece with an even index, and whose end is known with the next piece. */
const IDLE = 1;

/** What happened in a piece of experience: `[STEPS * SESSIONS]` each, step by step. */
interface Drawn {
  readonly actions: Int32Array;
  readonly reward: Float32Array;
  readonly pretrained: Float32Array;
  readonly online: Float32Array;
}

function draw(index: number): Drawn {
  const random = createRandom(index);
  const rows = STEPS * SESSIONS;
  const actions = Int32Array.from({ length: rows }, () => random.integer(ITEMS));
  const share = (): number => 0.1 + 0.8 * random.uniform();
  const pretrained = Float32Array.from({ length: rows }, share);
  const online = Float32Array.from({ length: rows }, share);
  const reward = Float32Array.from({ length: rows }, () => random.integer(2));
  return { actions, reward, pretrained, online };
}

/**
 * Experience for the checks of gates: 4 steps of 3 sessions over 4 items, with histories of 2. The same index gives the same experience.
 * One session of each piece with an even index goes on in the next piece, and one is closed there, without another step; all others end with
 * their piece. Session 0 is served by the pre-trained policy, the others by the online one.
 */
export function makeExperience(index: number): GateExperience {
  const { actions, reward, pretrained, online } = draw(index);
  const rows = STEPS * SESSIONS;
  const isContinued = (slot: number): boolean => slot === LONG && index % 2 === 1;
  const earlier = index % 2 === 1 ? draw(index - 1) : undefined;
  /** Item and feedback of a session in a step; steps below 0 are those of the piece before. */
  const turnOf = (step: number, slot: number): readonly [item: number, feedback: number] => {
    const place = (step < 0 ? step + STEPS : step) * SESSIONS + slot;
    const from = step < 0 ? (earlier as Drawn) : { actions, reward };
    return [from.actions[place], from.reward[place]];
  };
  const stateAfter = (step: number, slots: readonly number[]): Observation => {
    const historyItems = new Int32Array(slots.length * HISTORY).fill(-1);
    const historyFeedback = new Float32Array(slots.length * HISTORY);
    const turn = Int32Array.from(slots, (slot) => step + (isContinued(slot) ? STEPS : 0));
    for (const [row, slot] of slots.entries()) {
      for (let back = 1; back <= Math.min(HISTORY, turn[row]); back++) {
        const place = (row + 1) * HISTORY - back;
        [historyItems[place], historyFeedback[place]] = turnOf(step - back, slot);
      }
    }
    return {
      ...{ rows: slots.length, items: ITEMS, historyLength: HISTORY, historyItems, historyFeedback, turn },
      session: Float64Array.from(slots, (slot) => (isContinued(slot) ? index - 1 : index) * SESSIONS + slot),
      available: new Uint8Array(ITEMS).fill(1),
      exclusions: noExclusions(slots.length),
    };
  };
  const slots = Array.from({ length: SESSIONS }, (_, slot) => slot);
  const before = Array.from({ length: STEPS }, (_, step) => stateAfter(step, slots));
  const states: Observation = {
    ...before[0],
    rows,
    session: Float64Array.from(before.flatMap((state) => Array.from(state.session))),
    turn: Int32Array.from(before.flatMap((state) => Array.from(state.turn))),
    historyItems: Int32Array.from(before.flatMap((state) => Array.from(state.historyItems))),
    historyFeedback: Float32Array.from(before.flatMap((state) => Array.from(state.historyFeedback))),
    exclusions: noExclusions(rows),
  };
  const slotOf = (row: number): number => row % SESSIONS;
  const goesOn = (slot: number): boolean => (slot === LONG || slot === IDLE) && index % 2 === 0;
  const trajectories: Trajectories = {
    ...{ rows, count: SESSIONS, slateSize: 1, states, actions, reward },
    propensity: pretrained.map((probability, row) => (probability + online[row]) / 2),
    chosenBy: Uint8Array.from({ length: rows }, (_, row) =>
      slotOf(row) === 0 ? CHOSEN_BY.pretrained : CHOSEN_BY.online,
    ),
    policyVersion: new Float64Array(rows),
    offsets: Int32Array.from({ length: SESSIONS + 1 }, (_, slot) => slot * STEPS),
    steps: Int32Array.from({ length: rows }, (_, place) => (place % STEPS) * SESSIONS + Math.floor(place / STEPS)),
    trajectory: Int32Array.from({ length: rows }, (_, row) => slotOf(row)),
    end: Uint8Array.from(slots, (slot) => (goesOn(slot) ? TRAJECTORY_END.open : TRAJECTORY_END.terminated)),
    last: stateAfter(STEPS, slots),
    ...(index % 2 === 1 && { closed: Float64Array.of((index - 1) * SESSIONS + IDLE) }),
  };
  return { trajectories, propensities: () => ({ pretrained, online }) };
}
