import { z } from 'zod';
import { choiceProbabilities, type NextToken } from '../choice-probabilities.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModelReply } from '../language-model.js';

const token = z.object({ token: z.string(), logprob: z.number() });

/** The part of a chat completion that is read. */
const completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        finish_reason: z.string().nullish(),
        logprobs: z
          .object({ content: z.array(token.extend({ top_logprobs: z.array(token).optional() })).nullish() })
          .nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0).optional() }).nullish(),
});

/** What a reply is read for. */
export interface ReplyContext {
  /** The model as errors name it. */
  readonly name: string;
  readonly maxTokens: number;
  readonly choices?: readonly string[];
}

/**
 * Reads the body of a chat completion.
 * @throws {LanguageModelError} where there is no text in it, with what there is.
 */
export function readCompletion(body: string, { name, maxTokens, choices }: ReplyContext): LanguageModelReply {
  const unusable = (message: string, isRetryable: boolean): LanguageModelError =>
    new LanguageModelError(name, message, { kind: 'unusable reply', isRetryable, raw: body });
  const parsed = completion.safeParse(
    parse(body, () => unusable('the server answered with something that is no JSON', true)),
  );
  if (!parsed.success) throw unusable('the server answered with JSON that is no chat completion', true);
  const [{ message, finish_reason: end, logprobs }] = parsed.data.choices;
  const { usage: counted } = parsed.data;
  const text = message.content ?? '';
  if (typeof message.refusal === 'string' && text === '')
    throw unusable(`refused: ${message.refusal.slice(0, 200)}`, false);
  if (text === '') throw unusable('answered with nothing', true);
  // A reply of one word is asked for with one token.
  if (end === 'length' && choices === undefined) {
    throw unusable(`was cut short, after ${maxTokens} tokens or at the end of its context; raise maxTokens`, false);
  }
  const usage = counted && { input: counted.prompt_tokens, output: counted.completion_tokens ?? 0 };
  const first = logprobs?.content?.[0];
  const next = first && (first.top_logprobs?.length ? first.top_logprobs : [first]);
  return {
    text,
    ...(choices && next && { probabilities: choiceProbabilities(choices, next.map(nextToken)) }),
    ...(usage && { usage }),
  };
}

function nextToken({ token: text, logprob }: z.infer<typeof token>): NextToken {
  return { text, probability: Math.exp(logprob) };
}

function parse(body: string, fault: () => LanguageModelError): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw fault();
  }
}
