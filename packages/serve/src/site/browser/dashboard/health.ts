import type { RecommenderStatus } from '../../../recommender.js';
import { formatCount, formatSeconds } from '../common/format.js';

/** How urgent something is. */
export type Level = 'ok' | 'warning' | 'error';

/** Something that needs attention. */
export interface Alert {
  readonly level: Exclude<Level, 'ok'>;
  /** The same for the same cause, while the text changes with its extent. */
  readonly cause: string;
  readonly text: string;
}

/** Lag of the learner from which on it is reported, in seconds. */
const LONG_LAG_SECONDS = 10;

/** What needs attention in a status, the most urgent first. */
export function alertsOf(status: RecommenderStatus, isReady: boolean): Alert[] {
  const { lagSeconds, logFailing, unloggedDecisions, damagedEvents, figures } = status;
  const failedUpdates = figures['failedUpdates'] ?? 0;
  const found: (Alert | false)[] = [
    !isReady && {
      level: 'error',
      cause: 'not-ready',
      text: 'The server is not ready: it cannot decide.',
    },
    logFailing && {
      level: 'error',
      cause: 'log-failing',
      text: 'Events cannot be logged. Decisions go on, feedback is refused, and nothing is learned. Is the disk full, or the event log away?',
    },
    unloggedDecisions > 0 && {
      level: 'error',
      cause: 'unlogged',
      text: `${counted(unloggedDecisions, 'decision')} could not be logged. Nothing is learned from them.`,
    },
    lagSeconds === null && {
      level: 'warning',
      cause: 'no-learner',
      text: 'No learner is known. Decisions go on with the last policy, and nothing is learned until one runs.',
    },
    lagSeconds !== null &&
      lagSeconds >= LONG_LAG_SECONDS && {
        level: 'warning',
        cause: 'lag',
        text: `The learner is ${formatSeconds(lagSeconds)} behind. It may be away, or slower than the traffic.`,
      },
    failedUpdates > 0 && {
      level: 'warning',
      cause: 'failed-updates',
      text: `${counted(failedUpdates, 'update')} of the policy failed. The log of the learner says why.`,
    },
    damagedEvents > 0 && {
      level: 'warning',
      cause: 'damaged',
      text: `${counted(damagedEvents, 'event')} of the log could not be read, as the bytes are damaged. The rest is intact.`,
    },
  ];
  return found.filter((alert) => alert !== false);
}

/** The level of the most urgent alert. */
export function levelOf(alerts: readonly Alert[]): Level {
  if (alerts.some(({ level }) => level === 'error')) return 'error';
  return alerts.length > 0 ? 'warning' : 'ok';
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
