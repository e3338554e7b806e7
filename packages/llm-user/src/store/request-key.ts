import type { LanguageModelRequest } from '../language-model.js';

/** 128 bits make collisions negligible at half the length of SHA-256. */
const BYTES = 16;

/**
 * The key of a request: the first 128 bits of the SHA-256 of its content (everything except the signal), in base64url. Requests with the
 * same key are equal.
 */
export async function requestKey(request: LanguageModelRequest): Promise<string> {
  const { promptVersion, system, prompt, schema, choices, seed } = request;
  const content = JSON.stringify([promptVersion, system, prompt, schema, choices ?? null, seed]);
  // Node's own hash is much the quicker one for short texts; what every platform has is as good.
  const node = globalThis.process?.getBuiltinModule?.('node:crypto');
  if (node !== undefined) return base64url(node.createHash('sha256').update(content).digest());
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content))));
}

function base64url(digest: Uint8Array): string {
  const binary = String.fromCharCode(...digest.subarray(0, BYTES));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
