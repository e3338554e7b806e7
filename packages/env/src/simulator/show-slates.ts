import { InvalidOptionError } from '@ialp/core';
import { type ChoiceModel, NO_CHOICE } from '../choices/choice-model.js';
import { checkReward } from './reward-range.js';
import type { ShownSlate } from './shown-slate.js';
import type { SimulatorState } from './simulator-state.js';

/**
 * A turn of all sessions with a slate each: the users choose and respond, and the memory, `result.reward` and `choice` get what they did.
 * @param actions `[sessions, slateSize]`
 * @throws {InvalidOptionError} for a choice that is not a position of the slate.
 */
export function showSlates(state: SimulatorState, slate: ShownSlate, model: ChoiceModel, actions: Int32Array): void {
  const { settings, memory, streams, responseStates } = state;
  const { responses, sessions, slateSize } = settings;
  for (let slot = 0; slot < sessions; slot++) {
    const stream = streams[slot];
    const own = responseStates[slot];
    const start = slot * slateSize;
    memory.select(slot);
    slate.show(actions, start, stream, own);
    const chosen = model.choose(slate, stream);
    if (!(Number.isInteger(chosen) && chosen >= NO_CHOICE && chosen < slateSize)) {
      const expected = `a position from 0 to ${slateSize - 1}, or ${NO_CHOICE} for none`;
      throw new InvalidOptionError(`choice of session ${slot}`, chosen, expected);
    }
    state.choice[slot] = chosen;
    const feedback = chosen === NO_CHOICE ? 0 : feedbackTo(state, slate, model, slot, chosen);
    for (let position = 0; position < slateSize; position++) {
      const item = actions[start + position];
      const ofItem = position === chosen ? feedback : 0;
      responses.update?.(own, memory, item, ofItem, stream);
      memory.append(item, ofItem);
    }
    memory.endTurn(feedback);
    state.result.reward[slot] = feedback;
  }
}

/** The feedback to the item that the user chooses. */
function feedbackTo(
  { settings, memory, streams, responseStates }: SimulatorState,
  slate: ShownSlate,
  model: ChoiceModel,
  slot: number,
  chosen: number,
): number {
  const { responses, rewardRange } = settings;
  if (model.by === 'responses') return slate.respond(chosen);
  if (responses.consume === undefined) return responses.rewardRange[1];
  const item = slate.item(chosen);
  const feedback = responses.consume(memory, item, streams[slot], responseStates[slot]);
  checkReward(feedback, slot, item, rewardRange, responses.rewardRange);
  return feedback;
}
