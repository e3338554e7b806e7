import { described, InvalidOptionError } from '@ialp/core';
import type { InteractionLog } from '@ialp/core/log';
import { validateLog } from './validate-log.js';

/** Sessions as columns; row `k` is session `k`. */
export interface Episodes {
  /** `[sessions]`: number of interactions of all sessions before the session started. */
  readonly start: Int32Array;
  /** `[sessions]`: number of interactions. */
  readonly length: Int32Array;
  /** `[sessions]`: sum of the feedback, undiscounted. */
  readonly reward: Float64Array;
  /** `[sessions]`: 1 if the log contains the end of the session, 0 if the log stops before it. */
  readonly ended: Uint8Array;
  /** `[sessions]`: 1 if the session ended because the user left. */
  readonly terminated: Uint8Array;
}

/**
 * Groups the interactions of a log by session, in one pass.
 * @throws {InvalidLogError} if the log is invalid.
 */
export function episodesOf(log: InteractionLog): Episodes {
  validateLog(log);
  const { session, reward, terminated, truncated } = log;
  const sessions = session.reduce((most, value) => Math.max(most, value), -1) + 1;
  const episodes = {
    start: new Int32Array(sessions),
    length: new Int32Array(sessions),
    reward: new Float64Array(sessions),
    ended: new Uint8Array(sessions),
    terminated: new Uint8Array(sessions),
  };
  for (let row = 0; row < session.length; row++) {
    const k = session[row];
    if (episodes.length[k]++ === 0) episodes.start[k] = row;
    episodes.reward[k] += reward[row];
    episodes.ended[k] = terminated[row] | truncated[row];
    episodes.terminated[k] = terminated[row];
  }
  return episodes;
}

/** @throws {InvalidOptionError} unless it is the result of `episodesOf`. */
export function checkEpisodes(episodes: Episodes): void {
  if (typeof episodes === 'object' && episodes !== null && ArrayBuffer.isView(episodes.start)) return;
  const isLog = typeof episodes === 'object' && episodes !== null && 'session' in episodes;
  throw new InvalidOptionError('episodes', isLog ? described('a log') : episodes, 'the result of episodesOf(log)');
}
