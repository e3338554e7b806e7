import type { TokenUsage } from '../../language-model.js';
import { readUsage } from './usage.js';

/** What a server says of a failure. */
export interface ServerMessage {
  /** Why, as the server puts it; empty where it does not say. */
  readonly text: string;
  /** `error.code`, `error.type` and `error.status`, where they are texts. */
  readonly codes: readonly string[];
  /** The parameter that it does not like, where it names one in a field of its own. */
  readonly parameter?: string;
  readonly usage?: TokenUsage;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the body of a failure: `{ "error": { "message": "..." } }` (OpenAI), `{ "error": "..." }` (Ollama), `{ "detail": "..." }`
 * or a list of them (FastAPI), `{ "errors": [...] }` (Cloudflare), `[{ "error": ... }]` (Google), or bare words. A proxy's page is
 * not worth quoting.
 */
export function readServerMessage(body: string): ServerMessage {
  const json = parse(body);
  if (json === undefined) {
    const isPage = /^\s*</.test(body);
    return { text: isPage ? '' : body.trim(), codes: [] };
  }
  const whole = asObject(Array.isArray(json) ? json[0] : json);
  const parts = [whole['error'], firstOf(whole['errors']), firstOf(whole['detail']), whole];
  const texts = parts.map((part) =>
    typeof part === 'string'
      ? part
      : firstText(asObject(part), ['message', 'msg', 'detail', 'error_description', 'title']),
  );
  const error = asObject(whole['error']);
  const location = asObject(firstOf(whole['detail']))['loc'];
  const parameter = [error['param'], Array.isArray(location) ? location.at(-1) : undefined].find(
    (name) => typeof name === 'string' && name !== '',
  );
  const usage = readUsage(whole['usage'] ?? error['usage']);
  return {
    text: texts.find((text) => text !== undefined && text !== '') ?? '',
    codes: [error['code'], error['type'], error['status'], whole['code'], whole['type']].filter(
      (code): code is string => typeof code === 'string',
    ),
    ...(typeof parameter === 'string' && { parameter }),
    ...(usage && { usage }),
  };
}

function parse(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function firstText(part: Json, names: readonly string[]): string | undefined {
  return names.map((name) => part[name]).find((value): value is string => typeof value === 'string' && value !== '');
}
