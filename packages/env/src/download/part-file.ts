import { readFile, rm, stat, writeFile } from 'node:fs/promises';

/** Identifies the file that a partial download belongs to, so that the rest of another file is never appended. */
interface PartState {
  /** The address: validators of different servers cannot be compared. */
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

/** Where a download can resume. */
export interface ResumePoint {
  /** Bytes downloaded so far. */
  readonly offset: number;
  /** For `If-Range`: the server sends the rest only if its file has not changed. */
  readonly validator: string;
  /** The entity tag, if it is the validator. */
  readonly etag?: string;
}

/** Where the partial download of an address can resume, or `undefined` if it must start over. */
export async function findResumePoint(part: string, url: string): Promise<ResumePoint | undefined> {
  const state = await readState(part);
  if (state === undefined || state.url !== url) return undefined;
  const offset = await stat(part).then(
    (entry) => entry.size,
    () => 0,
  );
  const validator = state.etag ?? state.lastModified;
  if (offset === 0 || validator === undefined) return undefined;
  return { offset, validator, ...(state.etag !== undefined && { etag: state.etag }) };
}

/** Stores the validators of a new partial download in a file beside it. */
export async function rememberPart(part: string, url: string, headers: Headers): Promise<void> {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  const state: PartState = {
    url,
    // A weak tag does not identify bytes, and is invalid in If-Range (RFC 9110, section 13.1.5).
    ...(etag !== null && !etag.startsWith('W/') && { etag }),
    ...(lastModified !== null && { lastModified }),
  };
  await writeFile(stateOf(part), JSON.stringify(state));
}

/** Removes the validators of a partial download, if there are any. */
export async function forgetPart(part: string): Promise<void> {
  await rm(stateOf(part), { force: true });
}

/** Removes a partial download and its validators. */
export async function discardPart(part: string): Promise<void> {
  await forgetPart(part);
  await rm(part, { force: true });
}

function stateOf(part: string): string {
  return `${part}.json`;
}

/** Undefined if the state is missing or damaged: the partial download then cannot resume. */
async function readState(part: string): Promise<PartState | undefined> {
  try {
    const state: unknown = JSON.parse(await readFile(stateOf(part), 'utf-8'));
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is PartState {
  if (typeof value !== 'object' || value === null) return false;
  const { url, etag, lastModified } = value as Record<string, unknown>;
  const optional = [etag, lastModified].every((text) => text === undefined || typeof text === 'string');
  return typeof url === 'string' && optional;
}
