import type { LanguageModelRequest } from './language-model.js';

/** 128 bits are enough that no two requests ever meet, and half as long to write. */
const BYTES = 16;

/**
 * What a request is known by: the first 128 bits of the SHA-256 of its content (all of it but the signal), in base64url. Two
 * requests have the same key only if a model is asked the very same.
 */
export async function requestKey(request: LanguageModelRequest): Promise<string> {
  const { promptVersion, system, prompt, schema, choices, seed } = request;
  const content = JSON.stringify([promptVersion, system, prompt, schema, choices ?? null, seed]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(content));
  const binary = String.fromCharCode(...new Uint8Array(digest, 0, BYTES));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
