import { IalpError } from '@ialp/core';
import { LanguageModelError } from '../../errors.js';
import { networkCode, networkVerdict } from '../http/network-verdict.js';
import { statusVerdict } from '../http/status-verdict.js';

/** Mistakes of a program, which a second try repeats. */
const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError];

/**
 * What a model of your own threw, as a `LanguageModelError`: its `status` (or `statusCode`, or that of its `response`) and its
 * network code say whether trying again can help, as those of our own models do; a bare `Error` may pass, a mistake of the program
 * does not. Errors of the ialp packages are given back as they are.
 * @param name the model's.
 */
export function asModelError(name: string, error: unknown): IalpError {
  if (IalpError.isInstance(error)) return error;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const status = statusOf(error);
  const code = networkCode(error);
  const options = { ...(code !== undefined && { code }), cause: error };
  if (status !== undefined) {
    const { isRetryable, isFatal } = statusVerdict(status, { text: said, codes: code === undefined ? [] : [code] }, []);
    return new LanguageModelError(name, said, { kind: 'status', status, isRetryable, isFatal, ...options });
  }
  const isFetch = error instanceof TypeError && error.message === 'fetch failed';
  if (isFetch || (code !== undefined && /^(?:E[A-Z]+|UND_ERR_\w+)$/.test(code))) {
    return new LanguageModelError(name, said, { kind: 'unreachable', ...networkVerdict(code), ...options });
  }
  return new LanguageModelError(name, said, {
    isRetryable: !MISTAKES.some((mistake) => error instanceof mistake),
    ...options,
  });
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, statusCode, response } = error as {
    status?: unknown;
    statusCode?: unknown;
    response?: { status?: unknown };
  };
  return [status, statusCode, response?.status].find(
    (each): each is number => typeof each === 'number' && each >= 300 && each < 600,
  );
}
