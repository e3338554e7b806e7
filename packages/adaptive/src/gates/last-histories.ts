import type { Rollout } from '@ialp/policy';

/** The history of each session slot after a rollout, by which to tell whether the next rollout goes on from there. */
export class LastHistories {
  /** `[slots, historyLength]` */
  items: Int32Array = new Int32Array(0);
  /** `[slots, historyLength]` */
  feedback: Float64Array = new Float64Array(0);

  /** Remembers where the sessions of a rollout stand after it. */
  take({ sessions, next }: Rollout): void {
    const length = sessions * next.historyLength;
    this.items = next.historyItems.slice(-length);
    this.feedback = Float64Array.from(next.historyFeedback.slice(-length));
  }

  /** Whether a rollout's first state in a slot is where the last rollout left that slot. */
  isContinued({ sessions, states }: Rollout, slot: number): boolean {
    const { historyLength, historyItems, historyFeedback } = states;
    if (this.items.length !== sessions * historyLength) return false;
    for (let place = slot * historyLength; place < (slot + 1) * historyLength; place++) {
      if (historyItems[place] !== this.items[place] || historyFeedback[place] !== this.feedback[place]) return false;
    }
    return true;
  }
}
