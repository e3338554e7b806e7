import { LanguageModelError } from '../../errors.js';
import type { LanguageModelReply } from '../../language-model.js';
import { quoteText } from '../../text/clean-text.js';
import { isJsonObject, parseJson } from '../../text/json.js';
import { choiceProbabilities, type NextToken } from '../choice-probabilities.js';
import { statedStatus } from '../http/stated-status.js';
import { readUsage, readUsageInPart, type UsageEstimate } from '../http/usage.js';
import { estimateTokens } from '../token-estimate.js';
import type { Posted } from './client.js';

/** A token with its log-probability. */
interface Token {
  readonly token: string;
  readonly logprob: number;
}

/** The part of a choice of a chat completion that is read. */
interface Choice {
  readonly text: string;
  readonly refusal?: string;
  readonly finishReason?: string;
  /** The candidates for the first token; absent if the server sent none, or in a form of its own. */
  readonly first?: readonly Token[];
}

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
  const json = parseJson(body);
  const choice = firstChoice(json);
  const estimate: UsageEstimate = { input: inputTokens, output: () => estimateTokens(choice?.text ?? '') };
  const usage =
    json === undefined
      ? readUsageInPart(body, estimate)
      : readUsage(isJsonObject(json) ? json['usage'] : undefined, estimate);
  const unusable = (message: string, isRetryable: boolean): LanguageModelError =>
    new LanguageModelError(name, message, {
      kind: 'unusable reply',
      isRetryable,
      raw: redact.error(body),
      ...(usage && { usage }),
    });
  if (json === undefined) throw unusable('the server answered with something that is no JSON', true);
  if (choice === undefined) {
    const status = statedStatus(json);
    throw status === undefined
      ? unusable('the server answered with JSON that is no chat completion', true)
      : posted.fail(status);
  }
  const { refusal, finishReason: end, first } = choice;
  // A reply of one word is asked for with one token.
  if (end === 'length' && choices === undefined) {
    throw unusable(`its reply was cut short, after ${limit} or at the end of its context; raise maxTokens`, false);
  }
  if (end === 'content_filter') throw unusable('its reply was withheld by the content filter of the server', false);
  const text = redact.reply(choice.text);
  if (text.trim() === '') {
    if (refusal !== undefined) throw unusable(`refused: ${quoteText(redact.error(refusal))}`, false);
    throw unusable('answered with nothing', true);
  }
  return {
    text,
    ...(choices && first && { probabilities: choiceProbabilities(choices, first.map(nextToken)) }),
    ...(usage && { usage }),
  };
}

/** The first choice of a chat completion, or `undefined` if any of its choices is malformed. */
function firstChoice(json: unknown): Choice | undefined {
  const choices = isJsonObject(json) ? json['choices'] : undefined;
  if (!Array.isArray(choices)) return undefined;
  const read = choices.map(readChoice);
  return read.includes(undefined) ? undefined : read[0];
}

function readChoice(value: unknown): Choice | undefined {
  if (!isJsonObject(value) || !isJsonObject(value['message'])) return undefined;
  const { finish_reason: finishReason, logprobs, message } = value;
  const { content, refusal } = message as Readonly<Record<string, unknown>>;
  const text = textOf(content);
  if (text === undefined || !isOptionalText(refusal) || !isOptionalText(finishReason)) return undefined;
  const first = firstTokens(logprobs);
  return {
    text,
    ...(refusal != null && { refusal }),
    ...(finishReason != null && { finishReason }),
    ...(first && { first }),
  };
}

/** The text of a message. Some servers give it in parts, those of the reasoning among them. */
function textOf(content: unknown): string | undefined {
  if (isOptionalText(content)) return content ?? '';
  if (!Array.isArray(content)) return undefined;
  let all = '';
  for (const part of content) {
    if (!isJsonObject(part)) return undefined;
    const { type, text } = part;
    if (!(type === undefined || typeof type === 'string') || !(text === undefined || typeof text === 'string'))
      return undefined;
    if (type === undefined || type === 'text') all += text ?? '';
  }
  return all;
}

/** The candidates for the first token. Log-probabilities in a server's own form are as good as none. */
function firstTokens(logprobs: unknown): readonly Token[] | undefined {
  const content = isJsonObject(logprobs) ? logprobs['content'] : undefined;
  if (!Array.isArray(content) || !content.every(isTokenWithOthers)) return undefined;
  const [first] = content;
  return first && (first.top_logprobs?.length ? first.top_logprobs : [first]);
}

function isTokenWithOthers(value: unknown): value is Token & { readonly top_logprobs?: readonly Token[] | null } {
  if (!isToken(value)) return false;
  const { top_logprobs: others } = value as { readonly top_logprobs?: unknown };
  return others === undefined || others === null || (Array.isArray(others) && others.every(isToken));
}

function isToken(value: unknown): value is Token {
  return isJsonObject(value) && typeof value['token'] === 'string' && Number.isFinite(value['logprob']);
}

function isOptionalText(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}

function nextToken({ token: text, logprob }: Token): NextToken {
  return { text, probability: Math.exp(logprob) };
}
