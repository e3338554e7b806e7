import type { LanguageModelRequest } from '../language-model.js';

const encoder = new TextEncoder();

/** UTF-8 bytes that a token stands for, in the mean: a little fewer than in English prose, so that estimates are on the safe side. */
const BYTES_PER_TOKEN = 3.5;

/** Tokens of a text, estimated from its length: models differ, and a budget needs a figure before the model has counted. */
export function estimateTokens(text: string): number {
  return Math.ceil(encoder.encode(text).length / BYTES_PER_TOKEN);
}

/** A text on one line, cut between characters to a number of tokens by the same estimate. */
export function cutToTokens(text: string, tokens: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (estimateTokens(line) <= tokens) return line;
  let bytes = 0;
  let cut = '';
  for (const character of line) {
    bytes += encoder.encode(character).length;
    if (bytes > tokens * BYTES_PER_TOKEN) break;
    cut += character;
  }
  return cut.trimEnd();
}

/** Tokens of a request, estimated from its length. */
export function estimateRequestTokens({ system, prompt }: LanguageModelRequest): number {
  return estimateTokens(system) + estimateTokens(prompt);
}
