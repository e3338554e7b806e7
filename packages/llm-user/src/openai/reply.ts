import { z } from 'zod';
import { choiceProbabilities, type NextToken } from '../choice-probabilities.js';
import { quoteText } from '../clean-text.js';
import { LanguageModelError } from '../errors.js';
import { statedStatus } from '../http/stated-status.js';
import { readUsage, readUsageInPart, type UsageEstimate } from '../http/usage.js';
import type { LanguageModelReply } from '../language-model.js';
import { estimateTokens } from '../token-estimate.js';
import type { Posted } from './client.js';

const token = z.object({ token: z.string(), logprob: z.number() });
/** Some servers give the text in parts, those of the reasoning among them. */
const part = z.object({ type: z.string().optional(), text: z.string().optional() });

/** The part of a chat completion that is read. */
const completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.union([z.string(), z.array(part)]).nullish(),
          refusal: z.string().nullish(),
        }),
        finish_reason: z.string().nullish(),
        logprobs: z
          .object({ content: z.array(token.extend({ top_logprobs: z.array(token).nullish() })).nullish() })
          .nullish()
          // A server's own form of them is as good as none.
          .catch(undefined),
      }),
    )
    .min(1),
});

/** What a reply is read for. */
export interface ReplyContext {
  /** The model as errors name it. */
  readonly name: string;
  /** The longest reply that was asked for, in words for an error. */
  readonly limit: string;
  readonly choices?: readonly string[];
  /** Tokens of the request, estimated, where the server does not say. */
  readonly inputTokens: () => number;
}

/**
 * Reads the body of a chat completion. Why the model ended stands before its text, for what was cut short may read as a whole; and
 * what the server counted stands in the reply or in the error, whatever became of the text.
 * @throws {LanguageModelError} where there is no usable text in it, with what there is.
 */
export function readCompletion(
  posted: Posted,
  { name, limit, choices, inputTokens }: ReplyContext,
): LanguageModelReply {
  const { body, redact } = posted;
  const json = parse(body);
  const estimate: UsageEstimate = { input: inputTokens, output: () => estimateTokens(textOf(parsed)) };
  const parsed = completion.safeParse(json);
  const usage =
    json === undefined
      ? readUsageInPart(body, estimate)
      : readUsage(isObject(json) ? json['usage'] : undefined, estimate);
  const unusable = (message: string, isRetryable: boolean): LanguageModelError =>
    new LanguageModelError(name, message, {
      kind: 'unusable reply',
      isRetryable,
      raw: redact.error(body),
      ...(usage && { usage }),
    });
  if (json === undefined) throw unusable('the server answered with something that is no JSON', true);
  if (!parsed.success) {
    const status = statedStatus(json);
    throw status === undefined
      ? unusable('the server answered with JSON that is no chat completion', true)
      : posted.fail(status);
  }
  const [{ message, finish_reason: end, logprobs }] = parsed.data.choices;
  // A reply of one word is asked for with one token.
  if (end === 'length' && choices === undefined) {
    throw unusable(`its reply was cut short, after ${limit} or at the end of its context; raise maxTokens`, false);
  }
  if (end === 'content_filter') throw unusable('its reply was withheld by the content filter of the server', false);
  const text = redact.reply(textOf(parsed));
  if (text.trim() === '') {
    if (typeof message.refusal === 'string')
      throw unusable(`refused: ${quoteText(redact.error(message.refusal))}`, false);
    throw unusable('answered with nothing', true);
  }
  const first = logprobs?.content?.[0];
  const next = first && (first.top_logprobs?.length ? first.top_logprobs : [first]);
  return {
    text,
    ...(choices && next && { probabilities: choiceProbabilities(choices, next.map(nextToken)) }),
    ...(usage && { usage }),
  };
}

function textOf(parsed: z.ZodSafeParseResult<z.infer<typeof completion>>): string {
  const content = parsed.success ? parsed.data.choices[0].message.content : undefined;
  if (!Array.isArray(content)) return content ?? '';
  return content.map(({ type, text }) => (type === undefined || type === 'text' ? (text ?? '') : '')).join('');
}

function nextToken({ token: text, logprob }: z.infer<typeof token>): NextToken {
  return { text, probability: Math.exp(logprob) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
