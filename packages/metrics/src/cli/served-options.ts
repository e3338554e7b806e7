import { stat } from 'node:fs/promises';
import { type DecisionSelection, type JoiningRules, readServeLog, type ServeLog } from '../logs/serve/index.js';
import { type CommandOutput, numberOption, UsageError, wordOption } from './context.js';

/** Options of commands that read the event log of a deployment, for `parseArgs`. */
export const SERVED_OPTIONS = {
  from: { type: 'string' },
  until: { type: 'string' },
  versions: { type: 'string' },
  'feedback-window-ms': { type: 'string' },
  'end-grace-ms': { type: 'string' },
  rewards: { type: 'string' },
  'default-reward': { type: 'string' },
} as const;

export const SERVED_HELP = `  --from <time>         only sessions that began then or later: 2026-05-01, 2026-05-01T12:00:00Z, or milliseconds since 1970
  --until <time>        only sessions that began before
  --versions <a-b>      only decisions of these versions of the policy
  --feedback-window-ms <ms>, --end-grace-ms <ms>, --rewards <sum|last|first>, --default-reward <number>
                        the rules of the deployment, if they are not the defaults: 600000, 2000, sum, 0`;

/** Values of `SERVED_OPTIONS`. */
export type ServedValues = { readonly [Name in keyof typeof SERVED_OPTIONS]?: string };

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

/** @throws {UsageError} if an option is given that applies to the event log of a deployment alone. */
export function refuseServedOptions(values: ServedValues): void {
  for (const name of Object.keys(SERVED_OPTIONS) as (keyof ServedValues)[]) {
    if (values[name] !== undefined)
      throw new UsageError(`--${name} applies to the folder of an event log of @ialp/serve only.`);
  }
}

/** Reads the log of a deployment, and says what was left out. @throws {UsageError} if an option is invalid. */
export async function readServed(folder: string, values: ServedValues, say: CommandOutput['say']): Promise<ServeLog> {
  const log = await readServeLog(folder, rulesOf(values));
  const parts = [
    [log.damaged, 'damaged lines'],
    [log.erased, 'erased events'],
    [log.notActivated, 'deferred decisions that were not activated'],
    [log.open, 'decisions whose feedback window is open'],
    [log.lateFeedback, 'rewards after their feedback window'],
    [log.unmatchedFeedback, 'rewards to no decision of the log'],
  ] as const;
  const leftOut = parts.flatMap(([count, name]) => (count > 0 ? [`${count.toLocaleString('en')} ${name}`] : []));
  if (leftOut.length > 0) say(`Left out: ${leftOut.join(', ')}.`);
  return log;
}

function rulesOf(values: ServedValues): JoiningRules {
  const { 'feedback-window-ms': windowMs, 'end-grace-ms': graceMs, rewards, 'default-reward': defaultReward } = values;
  const all = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  return {
    ...(windowMs !== undefined && { feedbackWindowMs: numberOption('feedback-window-ms', windowMs, [0, all[1]]) }),
    ...(graceMs !== undefined && { endGraceMs: numberOption('end-grace-ms', graceMs, [0, Number.MAX_VALUE], true) }),
    ...(rewards !== undefined && { rewards: wordOption('rewards', rewards, ['sum', 'last', 'first']) }),
    ...(defaultReward !== undefined && { defaultReward: numberOption('default-reward', defaultReward, all) }),
  };
}

/** The decisions that options select. @throws {UsageError} if one is invalid. */
export function selectionOf({ from, until, versions }: ServedValues): DecisionSelection {
  return {
    ...(from !== undefined && { from: timeOption('from', from) }),
    ...(until !== undefined && { until: timeOption('until', until) }),
    ...(versions !== undefined && { versions: versionsOption(versions) }),
  };
}

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since 1970 of a time; NaN for anything else. */
export function millisecondsOf(time: unknown): number {
  if (typeof time === 'number') return time;
  if (typeof time !== 'string') return Number.NaN;
  return /^\d+$/.test(time) ? Number(time) : DATE.test(time) ? Date.parse(time) : Number.NaN;
}

function timeOption(name: string, text: string): number {
  const at = millisecondsOf(text);
  if (Number.isFinite(at)) return at;
  const expected = 'a time such as 2026-05-01, 2026-05-01T12:00:00Z, or milliseconds since 1970';
  throw new UsageError(`--${name}: expected ${expected}; found ${JSON.stringify(text)}.`);
}

function versionsOption(text: string): readonly [number, number] {
  const [, first, last = first] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text) ?? [];
  if (first !== undefined && Number(first) <= Number(last)) return [Number(first), Number(last)];
  throw new UsageError(
    `--versions: expected the first and the last version, such as 3-7; found ${JSON.stringify(text)}.`,
  );
}
