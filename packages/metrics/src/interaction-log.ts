/**
 * Logged interactions as columns, in the order in which they happened. Sessions that ran side by side are interleaved.
 * Whatever produced the log, these columns are all that the functions of this package read.
 */
export interface InteractionLog {
  /** `[interactions]`: the session of each interaction, numbered from 0 in the order in which sessions began. */
  readonly session: Int32Array;
  /** `[interactions]`: the feedback. */
  readonly reward: Float32Array;
  /** `[interactions]`: 1 where the person left after it. */
  readonly terminated: Uint8Array;
  /** `[interactions]`: 1 where a limit cut the session after it. */
  readonly truncated: Uint8Array;
}
