import { InvalidOptionError } from './errors.js';
import { requireInteger, requireShare } from './options.js';
import type { Random } from './random.js';
import type { Session } from './session.js';

/** When a person leaves. Asked after each interaction, which is then the newest of the session. */
export interface ExitRule {
  /** How many interactions back the rule looks. */
  readonly window: number;
  /** Whether the person leaves now. Noise comes from `random`, which belongs to this session. */
  leaves(session: Session, random: Random): boolean;
}

/** Options of `patience`. */
export interface PatienceOptions {
  /** Misses in a row after which the person leaves. At least 1. */
  readonly misses: number;
  /** Feedback below this is a miss. Default 0.5, for feedback of 0 and 1. */
  readonly threshold?: number;
}

/**
 * The person leaves after a number of misses in a row.
 * @throws {InvalidOptionError}
 */
export function patience({ misses, threshold = 0.5 }: PatienceOptions): ExitRule {
  requireInteger('misses', misses, 1);
  if (!Number.isFinite(threshold)) throw new InvalidOptionError('threshold', threshold, 'a finite number');
  return {
    window: misses,
    leaves(session) {
      if (session.turn < misses) return false;
      for (let back = 0; back < misses; back++) if (session.feedback(back) >= threshold) return false;
      return true;
    },
  };
}

/** Options of `redundancy`. */
export interface RedundancyOptions {
  /** How many items before the newest are compared with it. At least 1. */
  readonly window: number;
  /** That many similar ones among them make the person leave. `1..window`. */
  readonly similar: number;
  /** Whether two items are too much alike: they share a category, or lie within a distance. */
  readonly alike: (first: number, second: number) => boolean;
}

/**
 * The person leaves when too many of the items just seen are like the newest one (the exit rule of EasyRL4Rec's
 * simulators, arXiv 2402.15164). Early in a session, when fewer than `window` items have been shown, all of them count.
 * @throws {InvalidOptionError}
 */
export function redundancy({ window, similar, alike }: RedundancyOptions): ExitRule {
  requireInteger('window', window, 1);
  requireInteger('similar', similar, 1, window);
  return {
    window: window + 1,
    leaves(session) {
      const newest = session.item(0);
      const last = Math.min(window, session.turn - 1);
      let count = 0;
      for (let back = 1; back <= last; back++) if (alike(newest, session.item(back))) count++;
      return count >= similar;
    },
  };
}

/**
 * The person leaves after any interaction with a fixed probability: people have other things to do.
 * @throws {InvalidOptionError}
 */
export function distraction({ probability }: { readonly probability: number }): ExitRule {
  requireShare('probability', probability);
  return { window: 0, leaves: (_session, random) => random.uniform() < probability };
}
