import type { Random } from '@ialp/core';

/** Several items shown at once, as a choice model sees them. Position 0 is the one that the user sees first. */
export interface Slate {
  /** Number of items. */
  readonly size: number;
  /** The item at a position. */
  item(position: number): number;
  /** The feedback that the user would give to the item there. Drawn once for each slate: a second call returns the same. */
  respond(position: number): number;
  /** How much the user wants the item there, in log-odds. */
  utility(position: number): number;
}

/** How a user chooses from a slate. It has no state of its own: that would not be in the checkpoints of its environment. */
export interface ChoiceModel {
  /** Version of this interface. */
  readonly specificationVersion: 'v1';
  /**
   * What the choice depends on. `responses`: the responses to single items; the feedback is that of the chosen item.
   * `utilities`: the utilities of the items, which the response model must have.
   */
  readonly by: 'responses' | 'utilities';
  /** The position of the chosen item, or `NO_CHOICE`. Noise comes from `random`, which belongs to the session. */
  choose(slate: Slate, random: Random): number;
}

/** The user chooses nothing from the slate. */
export const NO_CHOICE = -1;
