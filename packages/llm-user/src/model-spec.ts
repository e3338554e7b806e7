/** Language models by a short name, for command lines: what `@ialp/llm-user/model-spec` publishes. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { InvalidOptionError } from './errors.js';
import type { LanguageModel } from './language-model.js';
import { createRecordedModel } from './recorded.js';

/** The forms of a model's short name. */
export const MODEL_SPECS = [
  'ollama:<model>[@<host>]',
  'openai:<model>@<base URL>[,<base URL>...]',
  'llama-cpp:<file.gguf>',
  'recorded:<file.jsonl>',
] as const;

/** Options of `createModelFromSpec`. */
export interface ModelSpecOptions {
  readonly temperature?: number;
  /** Of a reply. */
  readonly maxTokens?: number;
  /** For `openai`. Default: the environment's `OPENAI_API_KEY`. */
  readonly apiKey?: string;
}

/**
 * Makes the language model that a short name stands for: `ollama:llama3.2`, `ollama:llama3.2@http://box:11434`,
 * `openai:qwen@http://127.0.0.1:8080/v1`, `llama-cpp:model.gguf`, `recorded:replies.jsonl`. The packages that a kind needs are
 * loaded when it is named.
 * @throws {InvalidOptionError} for another form; and what the kind itself throws.
 */
export async function createModelFromSpec(spec: string, options: ModelSpecOptions = {}): Promise<LanguageModel> {
  const colon = spec.indexOf(':');
  const [kind, rest] = colon === -1 ? [spec, ''] : [spec.slice(0, colon), spec.slice(colon + 1)];
  if (rest === '') throw unknown(spec);
  const { apiKey = process.env['OPENAI_API_KEY'], ...sampling } = options;
  switch (kind) {
    case 'ollama': {
      const [model, host] = splitAt(rest);
      const { createOllamaModel } = await import('./ollama.js');
      return createOllamaModel({ model, ...(host !== undefined && { host }), ...sampling });
    }
    case 'openai': {
      const [model, urls] = splitAt(rest);
      if (urls === undefined) throw unknown(spec);
      const { createOpenAiModel } = await import('./openai.js');
      return createOpenAiModel({ model, baseUrls: urls.split(','), ...(apiKey && { apiKey }), ...sampling });
    }
    case 'llama-cpp': {
      const { createLlamaCppModel } = await import('./llama-cpp.js');
      return createLlamaCppModel({ path: rest, ...sampling });
    }
    case 'recorded':
      return createRecordedModel(await linesOf(rest), { from: rest });
    default:
      throw unknown(spec);
  }
}

function splitAt(text: string): [name: string, address: string | undefined] {
  // An address may hold one as well, before its host; a model's name holds none.
  const at = text.indexOf('@');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

async function linesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile())
    throw new InvalidOptionError('recorded', path, 'the path of a file of replies, .jsonl or .jsonl.gz');
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const lines: string[] = [];
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) lines.push(line);
  return lines;
}

function unknown(spec: string): InvalidOptionError {
  return new InvalidOptionError('model', spec, `one of ${MODEL_SPECS.join(', ')}`);
}
