import type { SimulatorState } from './simulator-state.js';

/** Asks the termination rules of all sessions after a turn, applies the limits, and writes which sessions ended. */
export function endSessions({ settings, memory, streams, ruleStates, result, ended }: SimulatorState): void {
  const { terminationRules, sessions, responses, maxTurns, repeats, slateSize } = settings;
  const { terminated, truncated } = result;
  const { turns } = memory;
  const lastTurn = repeats ? maxTurns : Math.min(maxTurns, Math.floor(responses.items / slateSize));
  // A loop: calling `fill` takes longer for a few sessions.
  for (let slot = 0; slot < sessions; slot++) terminated[slot] = 0;
  for (let k = 0; k < terminationRules.length; k++) {
    const rule = terminationRules[k];
    const states = ruleStates[k];
    for (let slot = 0; slot < sessions; slot++) {
      memory.select(slot);
      if (rule.terminates(memory, streams[slot], states[slot])) terminated[slot] = 1;
    }
  }
  for (let slot = 0; slot < sessions; slot++) {
    const left = terminated[slot];
    const cut = Number(turns[slot] >= lastTurn) & (1 - left);
    truncated[slot] = cut;
    ended[slot] = left | cut;
  }
}
