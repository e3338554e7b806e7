import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelRequest } from '../language-model.js';
import { type ConformanceCheck, require, requireRejects } from './conformance-check.js';

/** Options of `languageModelChecks`. */
export interface LanguageModelCheckOptions {
  /** A request that the model can answer. */
  readonly request: LanguageModelRequest;
  /** Makes a model that cannot be reached or has no answer; absent where there is no such thing. */
  readonly makeUnreachable?: () => LanguageModel | Promise<LanguageModel>;
}

/**
 * The rules of `LanguageModel`, one check each, for any test runner.
 * @param make makes the model to check.
 */
export function languageModelChecks(
  make: () => LanguageModel | Promise<LanguageModel>,
  { request, makeUnreachable }: LanguageModelCheckOptions,
): ConformanceCheck[] {
  const checks: ConformanceCheck[] = [
    { name: 'it has a name', run: async () => checkName(await make()) },
    { name: 'its reply is text', run: async () => checkReply(await make(), request) },
    { name: 'a call that is aborted before it begins fails', run: async () => checkAborted(await make(), request) },
  ];
  if (makeUnreachable === undefined) return checks;
  const run = async (): Promise<void> => checkFailure(await makeUnreachable(), request);
  return [...checks, { name: 'what goes wrong is a LanguageModelError', run }];
}

async function checkName({ name }: LanguageModel): Promise<void> {
  require(typeof name === 'string' && name !== '', `name: expected a name; found ${JSON.stringify(name)}`);
}

async function checkReply(model: LanguageModel, request: LanguageModelRequest): Promise<void> {
  const before = JSON.stringify(request);
  const { text } = await model.generate(request);
  require(typeof text === 'string' && text !== '', `text: expected the reply; found ${JSON.stringify(text)}`);
  require(JSON.stringify(request) === before, 'the model changed the request');
}

async function checkAborted(model: LanguageModel, request: LanguageModelRequest): Promise<void> {
  const call = (): Promise<unknown> => model.generate({ ...request, signal: AbortSignal.abort() });
  await requireRejects(call, 'a call with an aborted signal');
}

async function checkFailure(model: LanguageModel, request: LanguageModelRequest): Promise<void> {
  const error = await requireRejects(() => model.generate(request), 'a call to a model that cannot answer');
  require(error instanceof LanguageModelError &&
    typeof error.isRetryable ===
      'boolean', `a call to a model that cannot answer: expected a LanguageModelError; found ${String(error)}`);
}
