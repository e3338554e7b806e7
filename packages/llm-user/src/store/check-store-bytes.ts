import { open } from 'node:fs/promises';
import { ReplyStoreError } from './errors.js';

/** What is looked at of a file: enough to tell text from SQLite's pages. */
const START_BYTES = 512;
/** Control characters that no text holds. */
const BINARY = /(?![\t\n\f\r])\p{Cc}/u;

/**
 * Refuses a text file, such as a catalogue or an export: it is no damaged store, and nothing in it could be rescued.
 * @throws {ReplyStoreError}
 */
export async function checkStoreBytes(path: string): Promise<void> {
  const start = await readStart(path);
  if (start === undefined || start.length === 0 || !isText(start)) return;
  throw new ReplyStoreError(path, 'unusable', {
    expected: 'a reply store',
    found: 'a text file',
    remedy: `Check the path. To put exported replies into a store: ialp-llm-user import new.db ${path}`,
  });
}

async function readStart(path: string): Promise<Buffer | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

function isText(bytes: Buffer): boolean {
  try {
    // The last character may be cut.
    return !BINARY.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }));
  } catch {
    return false;
  }
}
