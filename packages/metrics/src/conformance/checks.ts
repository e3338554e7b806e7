import { InvalidOptionError } from '@ialp/core';
import type { InteractionLog } from '@ialp/core/log';
import { type ConformanceCheck, ConformanceError, checkRule } from '@ialp/core/testing';
import { type Episodes, episodesOf } from '../sessions/episodes.js';
import { cumulativeReward } from '../sessions/windows.js';

/**
 * A measure of a log, for example `(log) => retention(episodesOf(log), 3)`. One with a budget takes the rows that there
 * are: `(log) => (log.reward.length === 0 ? null : meanLength(episodesOf(log), { interactions: log.reward.length }))`.
 */
export type Measure = (log: InteractionLog) => number | null;

/**
 * Conformance checks for a log, for authors of adapters that write logs.
 * @param make returns the log of a deployment and its budget in interactions; the same log on every call.
 */
export function logChecks(
  make: () => { readonly log: InteractionLog; readonly interactions: number },
): ConformanceCheck[] {
  if (typeof make !== 'function') {
    throw new InvalidOptionError('make', make, 'a function, such as () => ({ log, interactions: 1000 })');
  }
  return [
    { name: 'columns are valid', run: () => void validEpisodes(make().log) },
    { name: 'the log contains the whole budget', run: () => checkBudget(make()) },
    { name: 'sessions that start within the budget are logged to their end', run: () => checkFinished(make()) },
    { name: 'rows beyond the budget only finish sessions', run: () => checkNothingBeyond(make()) },
    { name: 'session rewards sum to interaction rewards', run: () => checkSum(make().log) },
  ];
}

/**
 * Conformance checks for a measure of a log: it does not change the log, is deterministic, and returns a finite number
 * or null, also for an empty log, a single session, and a log that stops early.
 */
export function measureChecks(measure: Measure): ConformanceCheck[] {
  if (typeof measure !== 'function') {
    throw new InvalidOptionError('measure', measure, 'a function of a log that returns a number or null');
  }
  return [
    { name: 'does not change the log', run: () => checkReadOnly(measure) },
    { name: 'returns the same value for the same log', run: () => checkDeterminism(measure) },
    { name: 'returns a finite number or null for any log', run: () => checkFinite(measure) },
  ];
}

function validEpisodes(log: InteractionLog): Episodes {
  try {
    return episodesOf(log);
  } catch (error) {
    throw new ConformanceError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function checkBudget({ log, interactions }: { log: InteractionLog; interactions: number }): void {
  const rows = log.reward.length;
  checkRule(rows >= interactions, `expected at least the ${interactions} interactions of the budget; found ${rows}`);
}

function checkFinished({ log, interactions }: { log: InteractionLog; interactions: number }): void {
  const { start, ended } = validEpisodes(log);
  const open = start.findIndex((row, session) => row < interactions && ended[session] === 0);
  checkRule(open === -1, `session ${open} started within the budget, but the log stops before its end`);
}

function checkNothingBeyond({ log, interactions }: { log: InteractionLog; interactions: number }): void {
  const late = validEpisodes(log).start.findIndex((row) => row >= interactions);
  checkRule(late === -1, `session ${late} started after the ${interactions} interactions of the budget`);
}

function checkSum(log: InteractionLog): void {
  const ofSessions = validEpisodes(log).reward.reduce((sum, value) => sum + value, 0);
  const rows = log.reward.length;
  const ofRows = rows === 0 ? 0 : cumulativeReward(log, { interactions: rows });
  checkRule(
    Math.abs(ofSessions - ofRows) <= 1e-6 * Math.max(1, Math.abs(ofRows)),
    `session rewards sum to ${ofSessions}, interaction rewards to ${ofRows}`,
  );
}

/** Three interleaved sessions: one is terminated, one truncated, one still open. */
function makeLog(): InteractionLog {
  return {
    session: Int32Array.of(0, 1, 2, 0, 1, 2, 0),
    reward: Float32Array.of(1, 0, 0.5, 1, -1, 0, 0.25),
    terminated: Uint8Array.of(0, 0, 0, 0, 1, 0, 0),
    truncated: Uint8Array.of(0, 0, 0, 0, 0, 0, 1),
  };
}

function firstRows({ session, reward, terminated, truncated }: InteractionLog, rows: number): InteractionLog {
  return {
    session: session.slice(0, rows),
    reward: reward.slice(0, rows),
    terminated: terminated.slice(0, rows),
    truncated: truncated.slice(0, rows),
  };
}

function checkReadOnly(measure: Measure): void {
  const log = makeLog();
  measure(log);
  checkRule(JSON.stringify(log) === JSON.stringify(makeLog()), 'the measure changed the log');
}

function checkDeterminism(measure: Measure): void {
  const [first, second] = [measure(makeLog()), measure(makeLog())];
  checkRule(Object.is(first, second), `the measure returned ${first}, then ${second} for the same log`);
}

function checkFinite(measure: Measure): void {
  for (let rows = 0; rows <= 7; rows++) {
    const value = measure(firstRows(makeLog(), rows));
    checkRule(
      value === null || Number.isFinite(value),
      `log of ${rows} interactions: expected a finite number or null; found ${value}`,
    );
  }
}
