import type { InteractionLog } from '@ialp/core/log';
import { type ConformanceCheck, ConformanceError, checkRule } from '@ialp/core/testing';
import { type Episodes, episodesOf } from '../sessions/episodes.js';
import { cumulativeReward } from '../sessions/windows.js';

/** A measure of a log, for example `(log) => finalReward(episodesOf(log), { interactions: 1000 })`. */
export type Measure = (log: InteractionLog) => number | null;

/**
 * What a log must be for the measures of this package to mean something; for whoever writes an adapter that makes logs.
 * @param make makes the log of a deployment with a budget; the same one each time.
 */
export function logChecks(
  make: () => { readonly log: InteractionLog; readonly interactions: number },
): ConformanceCheck[] {
  return [
    { name: 'its columns are valid', run: () => void validEpisodes(make().log) },
    { name: 'it holds the whole budget', run: () => checkBudget(make()) },
    { name: 'sessions that began within the budget are shown to their end', run: () => checkFinished(make()) },
    { name: 'beyond the budget it only finishes sessions', run: () => checkNothingBeyond(make()) },
    { name: 'rewards of sessions add up to those of interactions', run: () => checkSum(make().log) },
  ];
}

/**
 * What every measure of a log owes: it changes nothing, and says the same twice; it gives a finite number or null, also
 * of an empty log, of one session, and of one that was cut short.
 */
export function measureChecks(measure: Measure): ConformanceCheck[] {
  return [
    { name: 'it leaves the log as it was', run: () => checkReadOnly(measure) },
    { name: 'the same log gives the same value', run: () => checkDeterminism(measure) },
    { name: 'it gives a finite number or null, whatever the log holds', run: () => checkFinite(measure) },
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
  checkRule(open === -1, `session ${open} began within the budget, but the log stops before its end`);
}

function checkNothingBeyond({ log, interactions }: { log: InteractionLog; interactions: number }): void {
  const late = validEpisodes(log).start.findIndex((row) => row >= interactions);
  checkRule(late === -1, `session ${late} began after the ${interactions} interactions of the budget`);
}

function checkSum(log: InteractionLog): void {
  const ofSessions = validEpisodes(log).reward.reduce((sum, value) => sum + value, 0);
  const rows = log.reward.length;
  const ofRows = rows === 0 ? 0 : cumulativeReward(log, { interactions: rows });
  checkRule(
    Math.abs(ofSessions - ofRows) <= 1e-6 * Math.max(1, Math.abs(ofRows)),
    `sessions add up to ${ofSessions}, interactions to ${ofRows}`,
  );
}

/** Three sessions side by side: one that is terminated, one truncated, one that the log leaves open. */
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
  checkRule(Object.is(first, second), `the same log gave ${first}, then ${second}`);
}

function checkFinite(measure: Measure): void {
  for (let rows = 0; rows <= 7; rows++) {
    const value = measure(firstRows(makeLog(), rows));
    checkRule(
      value === null || Number.isFinite(value),
      `of a log of ${rows} interactions: expected a number or null; found ${value}`,
    );
  }
}
