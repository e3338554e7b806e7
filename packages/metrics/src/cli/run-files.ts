import { show } from '@ialp/core';
import { LogFileError } from '../logs/log-file-error.js';
import type { RunResult } from '../runs/run-result.js';
import { parseJson, readText } from './read-json.js';

/**
 * Reads runs from files. Each holds one run, a list of runs, an object with such a list as `runs`, or, as `.jsonl`, one
 * run per line.
 * @throws {LogFileError} if a file cannot be read or contains no runs.
 */
export async function readRuns(files: readonly string[]): Promise<RunResult[]> {
  return (await Promise.all(files.map(readRunFile))).flat();
}

async function readRunFile(file: string): Promise<RunResult[]> {
  const text = await readText(file);
  if (!file.endsWith('.jsonl')) return runsIn(parseJson(text, file), file);
  return text
    .split('\n')
    .flatMap((line, k) => (line.trim() === '' ? [] : runsIn(parseJson(line, file, k + 1), file, k + 1)));
}

function runsIn(value: unknown, file: string, line?: number): RunResult[] {
  const place = { file, ...(line !== undefined && { line }) };
  if (typeof value !== 'object' || value === null) {
    throw new LogFileError({ ...place, expected: 'a run, or a list of runs', found: show(value) });
  }
  const list = Array.isArray(value) ? value : 'runs' in value && Array.isArray(value.runs) ? value.runs : [value];
  for (const [k, run] of list.entries()) {
    if (typeof run === 'object' && run !== null && 'method' in run && 'seed' in run && 'measures' in run) continue;
    const expected = 'runs with method, seed and measures';
    throw new LogFileError({ ...place, expected, found: `${show(run)} as run ${k}` });
  }
  return list as RunResult[];
}
