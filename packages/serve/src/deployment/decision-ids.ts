import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const TIME_BYTES = 6;
const RANDOM_BYTES = 8;
const TAG_BYTES = 7;
/** Ids whose random bytes are drawn at once. */
const DRAWN = 256;

/** Makes and recognises ids of decisions. */
export interface DecisionIds {
  /** A new id. It holds the time, randomness, and a tag that only processes with the secret can make. */
  create(at: number): string;
  /** The time of a decision whose id `create` of a process with the same secret made; undefined for any other text. */
  timeOf(id: string): number | undefined;
}

/**
 * Ids that say when a decision was made, and that they are this deployment's: a process recognises those of all others, and those that it has
 * forgotten, without a look-up.
 * @param secret shared by all processes of the deployment.
 */
export function createDecisionIds(secret: Uint8Array): DecisionIds {
  // Drawn in bulk: a call of the system's generator takes longer than all else here.
  let drawn = Buffer.alloc(0);
  let used = 0;
  const random = (): Buffer => {
    if (used === drawn.length) [drawn, used] = [randomBytes(DRAWN * RANDOM_BYTES), 0];
    used += RANDOM_BYTES;
    return drawn.subarray(used - RANDOM_BYTES, used);
  };
  const tagOf = (body: Uint8Array): Buffer => createHmac('sha256', secret).update(body).digest().subarray(0, TAG_BYTES);
  return {
    create(at) {
      const body = Buffer.alloc(TIME_BYTES + RANDOM_BYTES);
      body.writeUIntBE(Math.max(0, Math.floor(at)), 0, TIME_BYTES);
      random().copy(body, TIME_BYTES);
      return Buffer.concat([body, tagOf(body)]).toString('base64url');
    },
    timeOf(id) {
      if (id.length !== 28) return undefined;
      const bytes = Buffer.from(id, 'base64url');
      if (bytes.length !== TIME_BYTES + RANDOM_BYTES + TAG_BYTES || bytes.toString('base64url') !== id)
        return undefined;
      const body = bytes.subarray(0, TIME_BYTES + RANDOM_BYTES);
      if (!timingSafeEqual(bytes.subarray(TIME_BYTES + RANDOM_BYTES), tagOf(body))) return undefined;
      return body.readUIntBE(0, TIME_BYTES);
    },
  };
}
