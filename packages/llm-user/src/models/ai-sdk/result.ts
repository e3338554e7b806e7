import { LanguageModelError } from '../../errors.js';
import type { LanguageModelReply } from '../../language-model.js';
import { quoteText } from '../../text/clean-text.js';
import type { Redactor } from '../http/secrets.js';
import { estimateTokens } from '../token-estimate.js';
import { readResultUsage } from './usage.js';
import { unsupportedSettings } from './warnings.js';

/** What a result is read for. */
export interface ResultContext {
  /** The model as errors name it. */
  readonly name: string;
  /** The longest reply that was asked for, in words for an error. */
  readonly limit: string;
  readonly redact: Redactor;
  /** Whether a setting that the provider does not support is an error. */
  readonly isStrict: boolean;
  /** Tokens of the request, estimated, where the provider does not say. */
  readonly inputTokens: () => number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what `doGenerate` gave. Why the model ended stands before its text, for what was cut short may read as a whole; and what was
 * counted stands in the reply or in the error, whatever became of the text.
 * @throws {LanguageModelError} where there is no usable text in it.
 */
export function readResult(result: unknown, context: ResultContext): LanguageModelReply {
  const { name, limit, redact, isStrict, inputTokens } = context;
  if (typeof result !== 'object' || result === null) {
    throw new LanguageModelError(name, `the provider gave no result; found ${String(result)}`, {
      kind: 'unusable reply',
    });
  }
  const { content, finishReason, structuredOutputText, usage: counted, warnings } = result as Fields;
  const text = redact.reply(typeof structuredOutputText === 'string' ? structuredOutputText : textOf(content));
  const written = (): number => estimateTokens(text);
  const usage = readResultUsage(counted, text !== '', { input: inputTokens, output: written });
  const unusable = (message: string, isRetryable: boolean): LanguageModelError =>
    new LanguageModelError(name, message, {
      kind: 'unusable reply',
      isRetryable,
      raw: redact.error(text),
      ...(usage && { usage }),
    });
  const refused = isStrict ? unsupportedSettings(warnings) : [];
  if (refused.length > 0) {
    const message = `the provider does not support ${refused.map(redact.error).join('; ')}`;
    throw new LanguageModelError(name, message, { isFatal: true, ...(usage && { usage }) });
  }
  const said = text.trim() === '' ? '' : `: ${quoteText(redact.error(text))}`;
  switch (endOf(finishReason)) {
    case 'length':
      throw unusable(`its reply was cut short, after ${limit} or at the end of its context; raise maxTokens`, false);
    case 'content-filter':
      throw unusable(`refused, or its reply was withheld by a content filter${said}`, false);
    case 'error':
    case 'interrupted':
      throw unusable(`its reply ended with an error${said}`, true);
  }
  if (text.trim() === '') throw unusable('answered with nothing', true);
  return { text, ...(usage && { usage }) };
}

/** The text parts alone: reasoning, sources and files are no answer. */
function textOf(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content
    .map((part: Fields | null) => (part?.['type'] === 'text' && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

/** A text in v2, `{ unified, raw }` in v3 and v4. */
function endOf(finishReason: unknown): unknown {
  if (typeof finishReason !== 'object' || finishReason === null) return finishReason;
  return (finishReason as Fields)['unified'];
}
