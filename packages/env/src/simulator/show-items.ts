import { InvalidRewardError } from '../errors.js';
import type { SimulatorState } from './simulator-state.js';

/** Sessions whose responses are read ahead: their cells fit into the processor's first cache. */
const BLOCK = 128;

/**
 * A turn of all sessions with one item each: the users respond, and the memory and `result.reward` get their feedback.
 * @param actions `[sessions]`
 */
export function showItems(state: SimulatorState, actions: Int32Array): void {
  const { memory, readAhead, settings, result } = state;
  const { sessions } = settings;
  for (let start = 0; start < sessions; start += BLOCK) {
    const end = Math.min(sessions, start + BLOCK);
    readAhead.read(memory.users, actions, start, end);
    respond(state, actions, start, end);
  }
  memory.appendTurn(actions, result.reward);
}

/** The responses in the sessions from `start` to `end - 1`. */
function respond(state: SimulatorState, actions: Int32Array, start: number, end: number): void {
  const { settings, memory, streams, responseStates, result } = state;
  const { responses, rewardRange } = settings;
  const [least, greatest] = rewardRange;
  const { reward } = result;
  for (let slot = start; slot < end; slot++) {
    const item = actions[slot];
    const stream = streams[slot];
    const own = responseStates[slot];
    memory.select(slot);
    const feedback = responses.respond(memory, item, stream, own);
    reward[slot] = feedback;
    // In single precision, as the range is. NaN is not within it.
    const stored = reward[slot];
    if (!(stored >= least && stored <= greatest)) {
      throw new InvalidRewardError(slot, item, feedback, responses.rewardRange);
    }
    responses.update?.(own, memory, item, feedback, stream);
  }
}
