import type { TokenUsage } from '../../language-model.js';

/** Fills in what a server left out. */
export interface UsageEstimate {
  readonly input: () => number;
  readonly output: () => number;
}

const NOTHING: UsageEstimate = { input: () => 0, output: () => 0 };

/**
 * Reads what a server counted, by OpenAI's names or Anthropic's: `{ "prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15 }`.
 * Of a count that is missing or null the other two tell, else the estimate; a server that counted nothing gives `undefined`.
 */
export function readUsage(json: unknown, estimate = NOTHING): TokenUsage | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const fields = json as Readonly<Record<string, unknown>>;
  const input = count(fields['prompt_tokens']) ?? count(fields['input_tokens']);
  const output = count(fields['completion_tokens']) ?? count(fields['output_tokens']);
  return completeUsage({ input, output, total: count(fields['total_tokens']) }, estimate);
}

/** What a server counted, in a body of JSON that was cut short; `undefined` if that part did not come whole. */
export function readUsageInPart(body: string, estimate = NOTHING): TokenUsage | undefined {
  // In a text within the JSON a quote has a backslash before it.
  const found = /(?<!\\)"usage"\s*:\s*(?=\{)/.exec(body);
  if (found === null) return undefined;
  const start = found.index + found[0].length;
  let depth = 0;
  for (let at = start; at < body.length; at++) {
    if (body[at] === '{') depth++;
    else if (body[at] === '}') depth--;
    if (depth > 0) continue;
    try {
      return readUsage(JSON.parse(body.slice(start, at + 1)), estimate);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** Counts of which some may be missing; `undefined` where all are. */
export function completeUsage(
  {
    input,
    output,
    total,
  }: { readonly input: number | undefined; readonly output: number | undefined; readonly total?: number | undefined },
  estimate = NOTHING,
): TokenUsage | undefined {
  if (input !== undefined) {
    return { input, output: output ?? (total === undefined ? estimate.output() : Math.max(0, total - input)) };
  }
  if (output !== undefined)
    return { input: total === undefined ? estimate.input() : Math.max(0, total - output), output };
  if (total === undefined) return undefined;
  const written = Math.min(total, estimate.output());
  return { input: total - written, output: written };
}

/** The counts of a `TokenUsage` that a model of your own gave; each may be missing. */
export function readCounts(usage: unknown): {
  readonly input: number | undefined;
  readonly output: number | undefined;
} {
  const { input, output } = (usage ?? {}) as { readonly input?: unknown; readonly output?: unknown };
  return { input: count(input), output: count(output) };
}

/** A token count, which some servers send as text; `undefined` if the value is not a count. */
export function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 0 && number <= Number.MAX_SAFE_INTEGER)) return undefined;
  return Math.ceil(number);
}
