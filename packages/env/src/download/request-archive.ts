import { open } from 'node:fs/promises';
import { retryAfterMs } from '@ialp/core/retry';
import { AttemptError } from './attempt-error.js';
import { discardPart, findResumePoint, type ResumePoint, rememberPart } from './part-file.js';
import type { ProgressMeter } from './progress-meter.js';

/** A request for an archive. */
export interface ArchiveRequest {
  readonly url: string;
  /** The file for the bytes. A partial download from the same address is resumed. */
  readonly part: string;
  /** The size of the file in bytes, if known. */
  readonly bytes?: number;
  /** Maximum size in bytes. */
  readonly limit: number;
  /** The attempt fails after this time without a byte, in milliseconds. */
  readonly stallTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
}

/** Status codes of transient failures, besides 5xx. */
const TRANSIENT = new Set([408, 425, 429]);

/**
 * Sends one request and writes the response to the part file. If a partial download can be resumed, it requests only the rest, on the
 * condition that the server's file has not changed (RFC 9110, sections 13.1.5 and 14).
 *
 * @throws {AttemptError} if the server or the connection failed. The partial download is kept if it can be resumed.
 * @throws the signal's reason if it is aborted, and errors of the file system as they are.
 */
export async function requestArchive(request: ArchiveRequest): Promise<void> {
  const { url, part, signal } = request;
  const resume = await findResumePoint(part, url);
  const watch = watchForStall(request.stallTimeoutMs, signal);
  try {
    const response = await fetch(url, { headers: headersFor(resume), signal: watch.signal });
    try {
      await receive(request, resume, response, watch.feed);
    } finally {
      // Otherwise an unread body would keep the connection open.
      await response.body?.cancel().catch(() => {});
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (watch.signal.aborted) throw watch.signal.reason;
    // `fetch` throws a TypeError for any connection failure; its cause has the details.
    if (error instanceof TypeError) throw connectionFault(error);
    throw error;
  } finally {
    watch.stop();
  }
}

function headersFor(resume: ResumePoint | undefined): Record<string, string> {
  // With compression, the bytes and their count would not be those of the file.
  const headers = { accept: '*/*', 'accept-encoding': 'identity' };
  return resume === undefined
    ? headers
    : { ...headers, range: `bytes=${resume.offset}-`, 'if-range': resume.validator };
}

async function receive(
  request: ArchiveRequest,
  resume: ResumePoint | undefined,
  response: Response,
  feed: () => void,
): Promise<void> {
  const { url, part, meter } = request;
  if (url.startsWith('https:') && !response.url.startsWith('https:')) {
    throw new AttemptError(`was redirected to an address without https, ${response.url}`);
  }
  if (response.status === 416 && resume !== undefined) return checkWhole(part, resume, response);
  checkStatus(response);
  const rest = response.status === 206;
  const length = response.headers.has('content-encoding') ? null : response.headers.get('content-length');
  const total = rest ? await checkRest(part, resume, response) : length === null ? undefined : Number(length);
  await checkSize(request, total);
  const offset = rest ? (resume?.offset ?? 0) : 0;
  const file = await open(part, rest ? 'a' : 'w');
  let received = offset;
  try {
    if (!rest) await rememberPart(part, url, response.headers);
    meter.begin(offset, total);
    for await (const bytes of response.body ?? []) {
      feed();
      received += bytes.length;
      if (received > request.limit) break;
      await file.appendFile(bytes);
      meter.add(bytes.length);
    }
  } finally {
    await file.close();
    meter.end();
  }
  await checkReceived(request, received, total);
}

/** The server has no bytes after the partial download: it was complete, unless the server's file has another size. */
async function checkWhole(part: string, resume: ResumePoint, response: Response): Promise<void> {
  if (response.headers.get('content-range') === `bytes */${resume.offset}`) return;
  await discardPart(part);
  throw new AttemptError('the file has changed since the download began', { isTransient: true, delayMs: 0 });
}

function checkStatus({ status, statusText, headers }: Response): void {
  if (status !== 200 && status !== 206) {
    const isTransient = status >= 500 || TRANSIENT.has(status);
    const delayMs = retryAfterMs(headers.get('retry-after'), Date.now());
    const retryAfter = delayMs === undefined ? '' : `, retry after ${Math.ceil(delayMs / 1000)} s`;
    throw new AttemptError(`${status} ${statusText}`.trim() + retryAfter, {
      isTransient,
      ...(delayMs !== undefined && { delayMs }),
    });
  }
  if (headers.get('content-type')?.startsWith('text/html')) {
    throw new AttemptError('received a web page instead of the archive');
  }
}

/** Checks that the response is the requested rest. Returns the size of the file, if the server reports it. */
async function checkRest(
  part: string,
  resume: ResumePoint | undefined,
  { headers }: Response,
): Promise<number | undefined> {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  const etag = headers.get('etag');
  const changed = resume?.etag !== undefined && etag !== null && etag !== resume.etag;
  if (resume === undefined || Number(start) !== resume.offset || changed) {
    await discardPart(part);
    const reason = changed ? 'the file has changed since the download began' : 'received another part than requested';
    throw new AttemptError(reason, { isTransient: true, delayMs: 0 });
  }
  return total === '*' ? undefined : Number(total);
}

/** Checks the size that the server reports, before anything is written. */
async function checkSize({ part, bytes, limit }: ArchiveRequest, total: number | undefined): Promise<void> {
  if (total === undefined) return;
  if (bytes !== undefined && total !== bytes) {
    await discardPart(part);
    throw new AttemptError(`expected ${bytes} bytes; the server has ${total}`);
  }
  if (total > limit) throw new AttemptError(`expected at most ${limit} bytes; the server has ${total}`);
}

async function checkReceived({ part, bytes, limit }: ArchiveRequest, received: number, total = bytes): Promise<void> {
  if (received > (total ?? limit)) {
    await discardPart(part);
    throw new AttemptError(`expected ${total ?? `at most ${limit}`} bytes; received more`);
  }
  if (total !== undefined && received < total) {
    throw new AttemptError(`the connection ended after ${received} of ${total} bytes`, { isTransient: true });
  }
}

/** Also aborts if `feed` is not called for a time. */
function watchForStall(timeoutMs: number, signal: AbortSignal): { signal: AbortSignal; feed(): void; stop(): void } {
  const stalled = new AbortController();
  const reason = new AttemptError(`received no data for ${timeoutMs / 1000} s`, { isTransient: true });
  const timer = setTimeout(() => stalled.abort(reason), timeoutMs);
  return {
    signal: AbortSignal.any([signal, stalled.signal]),
    feed: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
  };
}

/** Certificate errors are permanent; other connection errors may be transient and are retried. */
function connectionFault(error: TypeError): AttemptError {
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in cause ? String(cause.code) : '';
  const isTransient = !/CERT|TLS|UNABLE_TO_(GET|VERIFY)/.test(code);
  const message = cause.message || error.message;
  const named = code !== '' && !message.includes(code);
  return new AttemptError(`the connection failed: ${message}${named ? ` (${code})` : ''}`, {
    isTransient,
    cause: error,
  });
}
