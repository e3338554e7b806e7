/**
 * The status of a failure that came with status 200: `{ "error": { "code": 429 } }`, as gateways send it.
 * @param json the parsed body.
 * @returns 500 if the error states none, `undefined` if there is no error.
 */
export function statedStatus(json: unknown): number | undefined {
  const error = isObject(json) ? json['error'] : undefined;
  if (error === undefined || error === null) return undefined;
  const code = Number(isObject(error) ? (error['code'] ?? error['status']) : undefined);
  return code >= 400 && code < 600 ? code : 500;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
