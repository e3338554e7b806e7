/**
 * A running session as response models and termination rules see it, the newest interaction first. An interaction is one
 * item shown and the feedback to it; a turn shows one item, or a slate of several.
 */
export interface Session {
  /** Index of the session's user. Policies never see it. */
  readonly user: number;
  /** Turns so far. */
  readonly turn: number;
  /** Items shown so far: turns times the size of the slate. */
  readonly shown: number;
  /** The reward of the last turn, 0 before the first. Equals `feedback(0)` if each turn shows one item. */
  readonly reward: number;
  /** The item shown `back` interactions ago; 0 is the newest. `back < shown`, and within the declared window. */
  item(back: number): number;
  /** The feedback given `back` interactions ago. */
  feedback(back: number): number;
}
