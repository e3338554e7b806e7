import { PADDING } from '@ialp/core';
import type { SimulatorState } from './simulator-state.js';

/** Begins the next session of a slot, with a key that no other session has. */
export function beginSession(state: SimulatorState, slot: number, key: number): void {
  const { settings, observation, memory, shown, ended, episode, root, streams, responseStates, ruleStates } = state;
  const { historyLength, responses, terminationRules, userPool } = settings;
  const { session, historyItems, historyFeedback } = observation;
  const stream = streams[slot];
  memory.select(slot);
  session[slot] = key;
  shown?.clear(slot);
  stream.become(root, slot, ++episode[slot]);
  memory.begin(userPool[stream.integer(userPool.length)]);
  // Loops, because `fill` is slower for a few values.
  for (let place = slot * historyLength; place < (slot + 1) * historyLength; place++) {
    historyItems[place] = PADDING;
    historyFeedback[place] = 0;
  }
  showFeatures(state, slot);
  const own = responseStates[slot];
  for (let k = 0; k < own.length; k++) own[k] = 0;
  responses.begin?.(own, memory, stream);
  for (let k = 0; k < terminationRules.length; k++) {
    const ofRule = ruleStates[k][slot];
    for (let j = 0; j < ofRule.length; j++) ofRule[j] = 0;
    terminationRules[k].begin?.(ofRule, memory, stream);
  }
  ended[slot] = 0;
}

/** Writes the features of a slot's user into the observation. The session must be selected in the memory. */
export function showFeatures({ settings, observation, memory }: SimulatorState, slot: number): void {
  const { userFeatures } = settings;
  const shownFeatures = observation.userFeatures;
  if (userFeatures === undefined || shownFeatures === undefined) return;
  const width = userFeatures.names.length;
  const from = memory.user * width;
  for (let k = 0; k < width; k++) shownFeatures[slot * width + k] = userFeatures.values[from + k];
}
