import type { Operation, Operations } from './document-operations.js';
import type { FuzzedRequest } from './request-arbitraries.js';
import type { Answer } from './send-request.js';

/**
 * Says what of an answer the document does not describe; undefined if it describes all of it.
 * @param operation the one that the request was made for. Its method or its path may be another all the same.
 */
export function undescribed(
  { error, personalizerError }: Operations,
  operation: Operation,
  { method, target }: FuzzedRequest,
  { status, body, headers }: Answer,
): string | undefined {
  if (status >= 500) return `status ${status}`;
  if (method === 'HEAD') return body === '' ? undefined : 'a body for HEAD';
  const described = method === operation.method ? operation.answers.get(status) : undefined;
  if (described?.isText) return undefined;
  if (described !== undefined && described.check === undefined) return body === '' ? undefined : `a body for ${status}`;
  const isGeneral = status === 404 || status === 405 || (method !== operation.method && status < 500);
  if (described === undefined && !isGeneral) return `status ${status} of ${method} ${operation.path}`;
  if (status === 405 && headers['allow'] === undefined) return 'no header Allow';
  // An odd path may belong to another route, whose successes have other bodies.
  if (described === undefined && status < 400) return undefined;
  const check = described?.check ?? (target.startsWith('/personalizer/') ? personalizerError : error);
  const parsed = check.safeParse(jsonOf(body));
  return parsed.success ? undefined : `a body that is not described, ${status}: ${body.slice(0, 200)}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
