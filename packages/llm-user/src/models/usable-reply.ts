import { LanguageModelError } from '../errors.js';
import type { LanguageModelReply, LanguageModelRequest } from '../language-model.js';
import { completeUsage, readCounts } from './http/usage.js';

/** Rounding of many small probabilities may lead this far beyond 1. */
const ROUNDING = 0.01;

/**
 * Checks a reply: a model of your own may return anything. Probabilities without choices are dropped.
 * @param name the model's.
 * @throws {LanguageModelError} if the reply has no text, or if its probabilities are not numbers from 0 to 1, one for each of the
 *   request's choices, that add up to at most 1.
 */
export function usableReply(
  name: string,
  { choices }: Pick<LanguageModelRequest, 'choices'>,
  reply: LanguageModelReply,
): LanguageModelReply {
  if (typeof reply?.text !== 'string') {
    throw unusable(name, reply, `gave no reply with a text; found ${describe(reply)}`);
  }
  if (reply.probabilities === undefined) return reply;
  if (choices === undefined || reply.probabilities === null) {
    const { probabilities: _, ...rest } = reply;
    return rest;
  }
  const { probabilities } = reply;
  const expected = `expected a probability from 0 to 1 for each of ${choices.join(', ')}, at most 1 together`;
  const areNumbers =
    Array.isArray(probabilities) &&
    probabilities.length === choices.length &&
    Array.from(probabilities).every((value) => typeof value === 'number' && value >= 0 && value <= 1);
  if (!areNumbers || probabilities.reduce((sum, value) => sum + value, 0) > 1 + ROUNDING) {
    throw unusable(name, reply, `gave invalid probabilities: ${expected}; found ${describe(probabilities)}`);
  }
  return reply;
}

function unusable(name: string, reply: LanguageModelReply | null | undefined, message: string): LanguageModelError {
  const usage = completeUsage(readCounts(reply?.usage));
  return new LanguageModelError(name, message, {
    kind: 'unusable reply',
    ...(typeof reply?.text === 'string' && { raw: reply.text }),
    ...(usage && { usage }),
  });
}

/** A value as JSON would have it, except that `NaN` and `Infinity` are shown. */
function describe(value: unknown): string {
  try {
    const shown = (_: string, part: unknown): unknown =>
      typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
    return (JSON.stringify(value, shown) ?? String(value)).slice(0, 200);
  } catch {
    return String(value);
  }
}
