import { readFile, rm, stat, writeFile } from 'node:fs/promises';

/** What a part of a file is a part of, so that the rest of another file is never put behind it. */
interface PartState {
  /** The address that it came from: validators of two servers cannot be compared. */
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

/** Where a download can go on. */
export interface ResumePoint {
  /** Bytes that are there. */
  readonly offset: number;
  /** For `If-Range`: the server sends the rest only if its file is still this one. */
  readonly validator: string;
  /** The entity tag, where that is the validator. */
  readonly etag?: string;
}

/** Where a part from an address can be gone on with. Undefined where it must be begun anew. */
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

/** Writes beside a part that is begun what its server says to know the file by. */
export async function rememberPart(part: string, url: string, headers: Headers): Promise<void> {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  const state: PartState = {
    url,
    // A weak tag names what means the same, not the same bytes; If-Range does not take it (RFC 9110, section 13.1.5).
    ...(etag !== null && !etag.startsWith('W/') && { etag }),
    ...(lastModified !== null && { lastModified }),
  };
  await writeFile(stateOf(part), JSON.stringify(state));
}

/** Removes what is remembered of a part, whether or not it is there. */
export async function forgetPart(part: string): Promise<void> {
  await rm(stateOf(part), { force: true });
}

/** Removes a part and what is remembered of it. */
export async function discardPart(part: string): Promise<void> {
  await forgetPart(part);
  await rm(part, { force: true });
}

function stateOf(part: string): string {
  return `${part}.json`;
}

/** Undefined if the state is missing or damaged: the partial download cannot be resumed then. */
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
