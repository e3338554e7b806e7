import { type AsyncConformanceCheck, checkRule } from '@ialp/core/testing';
import type { LanguageModel, LanguageModelRequest } from '../language-model.js';
import { assertModelFailure, assertRejects, check, specificationCheck } from './conformance-check.js';

/** Options of `languageModelChecks`. */
export interface LanguageModelCheckOptions {
  /** A request that the model can answer. */
  readonly request: LanguageModelRequest;
  /** Makes a model that cannot be reached or has no answer; absent where there is no such thing. */
  readonly makeUnreachable?: () => LanguageModel | Promise<LanguageModel>;
  /** Milliseconds within which a call has to be over after it was aborted. Default 2,000. */
  readonly abortWithinMs?: number;
}

/**
 * The rules of `LanguageModel`, one check each, for any test runner.
 * @param make makes the model to check.
 */
export function languageModelChecks(
  make: () => LanguageModel | Promise<LanguageModel>,
  { request, makeUnreachable, abortWithinMs = 2000 }: LanguageModelCheckOptions,
): AsyncConformanceCheck[] {
  // Each call gets a request of its own: what one does to it is not to be seen by the next.
  const { signal: _, ...content } = request;
  const fresh = (): LanguageModelRequest => structuredClone(content);
  const checks = [
    specificationCheck(make),
    check('it has a name', async () => checkName(await make())),
    check('its reply is text', async () => checkReply(await make(), fresh())),
    check('it leaves the request as it was', async () => checkReadOnly(await make(), fresh())),
    check('a call that is aborted before it begins fails', async () => checkAborted(await make(), fresh())),
    check('a call that is aborted under way ends', async () => checkAbortedLater(await make(), fresh(), abortWithinMs)),
  ];
  if (makeUnreachable === undefined) return checks;
  return [
    ...checks,
    check('what goes wrong is a LanguageModelError', async () => {
      const model = await makeUnreachable();
      await assertModelFailure(() => model.generate(fresh()), 'a call to a model that cannot answer');
    }),
  ];
}

function checkName({ name }: LanguageModel): void {
  checkRule(typeof name === 'string' && name !== '', `name: expected a name; found ${JSON.stringify(name)}`);
}

async function checkReply(model: LanguageModel, request: LanguageModelRequest): Promise<void> {
  const { text } = await model.generate(request);
  checkRule(typeof text === 'string' && text !== '', `text: expected the reply; found ${JSON.stringify(text)}`);
}

async function checkReadOnly(model: LanguageModel, request: LanguageModelRequest): Promise<void> {
  const expected = JSON.stringify(request);
  await model.generate(request);
  const found = JSON.stringify(request);
  checkRule(found === expected, `the request: expected it as it was, ${expected}; found ${found}`);
}

async function checkAborted(model: LanguageModel, request: LanguageModelRequest): Promise<void> {
  const call = (): Promise<unknown> => model.generate({ ...request, signal: AbortSignal.abort() });
  await assertRejects(call, 'a call with an aborted signal');
}

/** A fast model may have answered before the signal came. What must not be is a call that goes on for long after it. */
async function checkAbortedLater(model: LanguageModel, request: LanguageModelRequest, limit: number): Promise<void> {
  const interrupt = new AbortController();
  const ended = model.generate({ ...request, signal: interrupt.signal }).then(
    () => true,
    () => true,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limit);
  });
  interrupt.abort();
  const isOver = await Promise.race([ended, late]);
  clearTimeout(timer);
  checkRule(isOver, `a call that was aborted: expected it to end; found it still going on after ${limit} ms`);
}
