import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, readdirSync, readSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { EventLogError } from '../errors.js';
import { type ControlLine, findHeader } from './control-lines.js';
import { encodeLine } from './line-format.js';
import { codeOf } from './storage-error.js';

/** Version of the format. */
const VERSION = 1;
const NAME = /^events-(\d{10,15})\.log$/;
/** A header is far shorter. */
const HEADER_BYTES = 65_536;

/** Path of a segment. */
export function segmentPath(folder: string, segment: number): string {
  return join(folder, `events-${String(segment).padStart(10, '0')}.log`);
}

/** Numbers of the segments of a folder, ascending. */
export function listSegments(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const number = NAME.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    })
    .sort((a, b) => a - b);
}

/** Encodes control lines as a group of their own. */
export function controlGroup(...lines: readonly ControlLine[]): Buffer {
  return Buffer.concat([Buffer.from('\n'), ...lines.map((line) => encodeLine(JSON.stringify(line)))]);
}

/** Appends a group of control lines to a segment. */
export function appendControl(folder: string, segment: number, ...lines: readonly ControlLine[]): void {
  const file = openSync(segmentPath(folder, segment), constants.O_WRONLY | constants.O_APPEND);
  try {
    const group = controlGroup(...lines);
    const written = writeSync(file, group);
    if (written < group.length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
  } finally {
    closeSync(file);
  }
}

/** Ends a segment. Twice, so that one damaged byte cannot open it again. */
export function sealSegment(folder: string, segment: number): void {
  appendControl(folder, segment, { type: 'seal' }, { type: 'seal' });
}

/** Creates a segment, unless another process has created it. */
export function createSegment(folder: string, log: string, segment: number): void {
  try {
    closeSync(openSync(segmentPath(folder, segment), 'ax'));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    throw error;
  }
  appendControl(folder, segment, { type: 'segment', log, segment, version: VERSION });
}

/** Makes new and removed files survive a power failure, where the system can do that. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders.
  const file = await open(folder, 'r').catch(() => undefined);
  try {
    await file?.sync();
  } finally {
    await file?.close();
  }
}

/** Finds the id of a log. Creates the first segment if the folder has none. @throws {EventLogError} for a log of a later version. */
export function identifyLog(folder: string): string {
  if (listSegments(folder).length === 0) createSegment(folder, randomUUID(), 1);
  const segments = listSegments(folder).reverse();
  for (const segment of segments) {
    const log = logOf(folder, segment);
    if (log !== undefined) return log;
  }
  // Its writer was killed before it wrote the header. If two processes write one now, the first counts.
  appendControl(folder, segments[0], { type: 'segment', log: randomUUID(), segment: segments[0], version: VERSION });
  const log = logOf(folder, segments[0]);
  if (log !== undefined) return log;
  throw new EventLogError(
    `No file in ${folder} says which event log it belongs to: expected a line with "type":"segment" at the beginning of ${segmentPath(folder, segments[0])}. Restore the folder from a backup.`,
  );
}

function logOf(folder: string, segment: number): string | undefined {
  const path = segmentPath(folder, segment);
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEADER_BYTES);
    const length = readSync(file, bytes, 0, HEADER_BYTES, 0);
    const header = findHeader(bytes.subarray(0, length));
    if (header === undefined) return undefined;
    if (header.version === VERSION) return header.log;
    throw new EventLogError(
      `${path} was written by a later version of @ialp/serve: expected format ${VERSION}; found ${header.version}. Update the package.`,
    );
  } finally {
    closeSync(file);
  }
}
