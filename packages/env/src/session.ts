/** One running session as responses and exit rules see it: the newest interaction first. */
export interface Session {
  /** Index of the person behind the session. Policies never see it. */
  readonly user: number;
  /** Items shown so far. */
  readonly turn: number;
  /** The item shown `back` interactions ago; 0 is the newest. `back < turn`, and within the declared window. */
  item(back: number): number;
  /** The feedback given `back` interactions ago. */
  feedback(back: number): number;
}
