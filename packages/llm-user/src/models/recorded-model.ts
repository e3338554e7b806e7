import { described, InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../check-inputs.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel } from '../language-model.js';
import type { ReplyRecord } from '../reply-store.js';
import { parseReplyRecord } from '../store/parse-reply-record.js';
import { requestKey } from '../store/request-key.js';

/** Options of `createRecordedModel`. */
export interface RecordedOptions {
  /** Source of the lines, for messages: a file's path. Default `the record`. */
  readonly from?: string;
}

/**
 * Replays recorded replies, as written by `exportReplies` of `@ialp/llm-user/store` or `ialp-llm-user export`. An unrecorded request is an
 * error of kind `not recorded`. Of two replies to one request the later counts.
 * @param lines lines of JSON, for example of a file; empty lines are skipped.
 * @throws {InvalidOptionError} for a damaged line, which it names, for replies of two models, and for no replies.
 */
export function createRecordedModel(lines: Iterable<string>, options: RecordedOptions = {}): LanguageModel {
  if (typeof lines === 'string' || typeof lines?.[Symbol.iterator] !== 'function')
    throw new InvalidOptionError('lines', lines, 'a list of lines of JSON');
  checkOptions(options, "{ from: 'replies.jsonl' }", ['from']);
  const { from = 'the record' } = options;
  const replies = new Map<string, ReplyRecord>();
  let first: ReplyRecord | undefined;
  let number = 0;
  for (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const record = parseReplyRecord(line, `${from}:${number}`);
    first ??= record;
    if (record.fingerprint !== first.fingerprint) {
      throw new InvalidOptionError(
        `${from}:${number}`,
        record.fingerprint,
        `a reply of ${first.fingerprint}, as before it`,
      );
    }
    replies.set(record.request, record);
  }
  if (first === undefined)
    throw new InvalidOptionError(from, described('none'), 'at least one reply, as a line of JSON');
  const { model, fingerprint } = first;
  const name = `recorded ${model}`;
  return {
    specificationVersion: 'v1',
    name,
    fingerprint: async () => fingerprint,
    async generate(request) {
      request.signal?.throwIfAborted();
      const record = replies.get(await requestKey(request));
      if (record === undefined) {
        const start = JSON.stringify(request.prompt.slice(0, 60));
        throw new LanguageModelError(
          name,
          `${from} has no reply to this request (${request.promptVersion}, prompt ${start}, seed ${request.seed}); record it first`,
          { kind: 'not recorded' },
        );
      }
      const { text, probabilities, usage } = record;
      return { text, ...(probabilities && { probabilities }), ...(usage && { usage }) };
    },
  };
}
