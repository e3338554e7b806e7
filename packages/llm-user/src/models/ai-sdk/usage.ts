import type { TokenUsage } from '../../language-model.js';
import { completeUsage, count, readUsage, type UsageEstimate } from '../http/usage.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the usage of a result: numbers in v2, `{ total, ... }` in v3 and v4. What a server did not count providers report as
 * `undefined`, `NaN` or 0. An input of 0 tokens is taken for a missing count, and so is an output of 0 if there is a text.
 * @param estimate fills in one missing count; where both are missing there is no usage.
 */
export function readResultUsage(usage: unknown, hasText: boolean, estimate: UsageEstimate): TokenUsage | undefined {
  const { inputTokens, outputTokens, totalTokens, cachedInputTokens } = fieldsOf(usage);
  const counted = count(totalOf(inputTokens, ['noCache', 'cacheRead', 'cacheWrite'])) || undefined;
  const written = count(totalOf(outputTokens, ['text', 'reasoning']));
  const cached = count(cachedInputTokens) ?? 0;
  // Some providers of v2 count cached tokens among the input, others beside it.
  const input = counted !== undefined && counted < cached ? counted + cached : counted;
  const total = count(totalTokens) || undefined;
  // Some providers of v2 count the reasoning in the total alone.
  const beyond = input === undefined || total === undefined ? 0 : total - input;
  const output = written === undefined ? undefined : Math.max(written, beyond);
  return completeUsage({ input, output: output === 0 && hasText ? undefined : output, total }, estimate);
}

/** Reads the usage of a server's own reply: by the names of OpenAI, Anthropic or Google. */
export function readBodyUsage(json: unknown): TokenUsage | undefined {
  const { usage, usageMetadata } = fieldsOf(json);
  const { promptTokenCount, candidatesTokenCount, totalTokenCount } = fieldsOf(usageMetadata);
  const total = count(totalTokenCount);
  const input = count(promptTokenCount);
  const output = input !== undefined && total !== undefined ? undefined : count(candidatesTokenCount);
  return readUsage(usage) ?? completeUsage({ input, output, total });
}

function totalOf(tokens: unknown, parts: readonly string[]): unknown {
  if (typeof tokens !== 'object' || tokens === null) return tokens;
  const fields = fieldsOf(tokens);
  if (count(fields['total']) !== undefined) return fields['total'];
  const counts = parts.map((part) => count(fields[part])).filter((value) => value !== undefined);
  return counts.length === 0 ? undefined : counts.reduce((sum, value) => sum + value, 0);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
