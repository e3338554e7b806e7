import type { LanguageModelRequest } from '../language-model.js';

/** 128 bits are enough that no two requests ever meet, and half as long to write. */
const BYTES = 16;

/**
 * What a request is known by: the first 128 bits of the SHA-256 of its content (all of it but the signal), in base64url. Two
 * requests have the same key only if a model is asked the very same.
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
