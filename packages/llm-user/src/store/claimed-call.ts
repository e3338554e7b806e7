import type { ReplyRecord, ReplyStore } from '../reply-store.js';

/** A claim that is not renewed ends after this time: its owner has died. */
const LEASE_MS = 30_000;
const RENEWAL_MS = LEASE_MS / 3;
/** Delays between two lookups of another process's reply. */
const FIRST_WAIT_MS = 20;
const MAX_WAIT_MS = 500;

/** The key of a request in a store. */
export interface StoreKey {
  readonly fingerprint: string;
  readonly request: string;
}

/**
 * Asks for a missing reply, unless another process on the same store has claimed the request: then waits for its reply. If that process
 * fails or dies, this one asks.
 * @param owner the owner of the claim; different for each process.
 * @returns the reply, and whether it came from the store.
 */
export async function askUnlessClaimed(
  store: ReplyStore,
  { fingerprint, request }: StoreKey,
  owner: string,
  ask: () => Promise<ReplyRecord>,
  signal: AbortSignal,
): Promise<{ readonly record: ReplyRecord; readonly isStored: boolean }> {
  if (store.claim === undefined) return { record: await ask(), isStored: false };
  const claim = (): Promise<boolean> => store.claim?.(fingerprint, request, owner, LEASE_MS) ?? Promise.resolve(true);
  for (let wait = FIRST_WAIT_MS; !(await claim()); wait = Math.min(2 * wait, MAX_WAIT_MS)) {
    await pause(wait, signal);
    const record = await store.get(fingerprint, request);
    if (record !== undefined) return { record, isStored: true };
  }
  // A failed renewal does not end the call, which is already paid for; at worst another process asks as well.
  const renewal = setInterval(() => void claim().catch(() => {}), RENEWAL_MS);
  const release = (): Promise<void> | undefined => store.release?.(fingerprint, request, owner).catch(() => {});
  try {
    // Another process may have stored the reply between the first lookup and the claim.
    const record = await store.get(fingerprint, request);
    // Putting the reply ends the claim.
    if (record === undefined) return { record: await ask(), isStored: false };
    await release();
    return { record, isStored: true };
  } catch (error) {
    await release();
    throw error;
  } finally {
    clearInterval(renewal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}
