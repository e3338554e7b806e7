import type { ServeEvent } from '../events.js';

const TEXT = new TextDecoder('utf-8', { fatal: true });

/** The event in a message; undefined if its bytes are damaged, or not written by this driver. */
export function decodeEvent(data: Uint8Array): ServeEvent | undefined {
  try {
    const event = JSON.parse(TEXT.decode(data)) as Partial<ServeEvent> | null;
    return typeof event?.type === 'string' ? (event as ServeEvent) : undefined;
  } catch {
    return undefined;
  }
}
