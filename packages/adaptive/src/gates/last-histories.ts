import type { Rollout } from '@ialp/policy';

/** The history of each session slot after a rollout, to detect whether the next rollout continues its sessions. */
export class LastHistories {
  /** `[slots, historyLength]` */
  items: Int32Array = new Int32Array(0);
  /** `[slots, historyLength]` */
  feedback: Float64Array = new Float64Array(0);

  /** Stores the histories at the end of a rollout. */
  take({ sessions, next }: Rollout): void {
    const length = sessions * next.historyLength;
    this.items = next.historyItems.slice(-length);
    this.feedback = Float64Array.from(next.historyFeedback.slice(-length));
  }

  /** Whether a rollout's first state in a slot is the state in which the last rollout left that slot. */
  isContinued({ sessions, states }: Rollout, slot: number): boolean {
    const { historyLength, historyItems, historyFeedback } = states;
    if (this.items.length !== sessions * historyLength) return false;
    for (let place = slot * historyLength; place < (slot + 1) * historyLength; place++) {
      if (historyItems[place] !== this.items[place] || historyFeedback[place] !== this.feedback[place]) return false;
    }
    return true;
  }
}
