import type { Random } from '@ialp/core';

/** Several items shown at once, as a choice model sees them. Position 0 is the first that the person meets. */
export interface Slate {
  readonly size: number;
  /** The item at a position. */
  item(position: number): number;
  /** The feedback that the person would give the item there. Drawn once: asked again, the answer is the same. */
  respond(position: number): number;
  /** How much the person wants the item there, in log-odds. */
  utility(position: number): number;
}

/** How a person chooses from a slate. */
export interface ChoiceModel {
  /** The edition of this interface. */
  readonly specificationVersion: 'v1';
  /**
   * What it goes by: the `responses` to single items, whose feedback is then the chosen item's; or `utilities`, which the
   * response model must have.
   */
  readonly by: 'responses' | 'utilities';
  /** The position of the item chosen, or `NO_CHOICE`. Noise comes from `random`, which belongs to the session. */
  choose(slate: Slate, random: Random): number;
}

/** The person takes nothing of the slate. */
export const NO_CHOICE = -1;
