/** Language models by a short name, for command lines: what `@ialp/llm-user/model-spec` publishes. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { InvalidOptionError } from '@ialp/core';
import { checkOptions } from '../check-inputs.js';
import type { LanguageModel } from '../language-model.js';
import { environmentVariable } from './http/environment.js';
import { BODY_OPTIONS, type BodyOptions } from './http/request-body.js';
import { createRecordedModel } from './recorded-model.js';

/** The forms of a model's short name. */
export const MODEL_SPECS = [
  'ollama:<model>[@<host>][#<parameters>]',
  'openai:<model>[@<base URL>,...][#<parameters>]',
  'llama-cpp:<file.gguf>',
  'recorded:<file.jsonl>',
] as const;

/** Options of `createModelFromSpec`. */
export interface ModelSpecOptions extends BodyOptions {
  readonly temperature?: number;
  /** Of a reply. */
  readonly maxTokens?: number;
  /** A call to a server that takes longer fails. Milliseconds; default 120,000. */
  readonly timeoutMs?: number;
  /** For `openai`. Default: for OpenAI's own server the environment's `OPENAI_API_KEY`, for others none. */
  readonly apiKey?: string;
}

/**
 * Makes the language model that a short name stands for: `ollama:llama3.2`, `ollama:llama3.2@http://box:11434`,
 * `openai:gpt-4.1-mini`, `openai:qwen@http://127.0.0.1:8080/v1`, `llama-cpp:model.gguf`, `recorded:replies.jsonl`. The packages that a kind needs are
 * loaded when it is named. Text after `#` changes the parameters of a request: `#omit=seed,temperature` leaves some out,
 * `#rename=max_tokens:max_completion_tokens` renames one, and all others are added, as JSON or text:
 * `#think=false&reasoning_effort=low`. Of `openai`, `#api-key-env=MY_KEY` names the environment variable that holds the key of a server
 * other than OpenAI's own.
 * @throws {InvalidOptionError} for another form; and what the kind itself throws.
 */
export async function createModelFromSpec(spec: string, options: ModelSpecOptions = {}): Promise<LanguageModel> {
  const { kind, rest } = partsOf(spec);
  checkOptions(options, '{ maxTokens: 200 }', ['temperature', 'maxTokens', 'timeoutMs', 'apiKey', ...BODY_OPTIONS]);
  const { timeoutMs, temperature, maxTokens, apiKey: givenKey, ...body } = options;
  const sampling = { ...(temperature !== undefined && { temperature }), ...(maxTokens !== undefined && { maxTokens }) };
  switch (kind) {
    case 'ollama':
    case 'openai': {
      const { name: model, address, parameters, keyVariable } = serverPartsOf(rest);
      const server = {
        ...{ model, ...sampling, ...merge(body, parameters) },
        ...(timeoutMs !== undefined && { timeoutMs }),
      };
      if (kind === 'ollama') {
        if (keyVariable !== undefined) throw new InvalidOptionError('model', spec, `no ${KEY_VARIABLE} for ollama`);
        const { createOllamaModel } = await import('./ollama.js');
        return createOllamaModel({ ...server, ...(address !== undefined && { host: address }) });
      }
      const apiKey = givenKey ?? (keyVariable === undefined ? undefined : keyIn(keyVariable));
      const { createOpenAiModel } = await import('./openai.js');
      return createOpenAiModel({
        ...server,
        ...(address !== undefined && { baseUrls: address.split(',') }),
        ...(apiKey !== undefined && { apiKey }),
      });
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

/**
 * Checks of a short name what can be checked without a server and without loading a model: its form, its address and parameters,
 * whether its file is there.
 * @throws {InvalidOptionError}; {MissingPackageError}.
 */
export async function checkModelSpec(spec: string, options: ModelSpecOptions = {}): Promise<void> {
  const { kind, rest } = partsOf(spec);
  if (kind !== 'llama-cpp') {
    await createModelFromSpec(spec, options);
    return;
  }
  const { checkGguf } = await import('./llama-cpp/gguf-file.js');
  await checkGguf(rest);
}

function partsOf(spec: string): { readonly kind: string; readonly rest: string } {
  if (typeof spec !== 'string') throw unknown(spec);
  const colon = spec.indexOf(':');
  const rest = colon === -1 ? '' : spec.slice(colon + 1);
  if (rest === '') throw unknown(spec);
  return { kind: spec.slice(0, colon), rest };
}

interface ServerParts {
  readonly name: string;
  readonly address?: string;
  readonly parameters: BodyOptions;
  /** The environment variable with the key. */
  readonly keyVariable?: string;
}

/**
 * A model's name, an address and parameters. The address begins behind the `@` before its protocol; an address without one behind the
 * first `@` that does not begin the name: both names and addresses may hold more of them (`@cf/meta/x`, `user:password@host`).
 */
function serverPartsOf(text: string): ServerParts {
  const hash = text.indexOf('#');
  const named = hash === -1 ? text : text.slice(0, hash);
  const parameters = hash === -1 ? {} : parametersOf(text.slice(hash + 1));
  const keyVariable = hash === -1 ? null : new URLSearchParams(text.slice(hash + 1)).get(KEY_VARIABLE);
  const rest = { parameters, ...(keyVariable !== null && { keyVariable }) };
  const protocol = named.search(/@[a-z][a-z0-9+.-]*:\/\//i);
  const at = protocol === -1 ? named.indexOf('@', 1) : protocol;
  if (at === -1) return { name: named, ...rest };
  return { name: named.slice(0, at), address: named.slice(at + 1), ...rest };
}

function parametersOf(text: string): BodyOptions {
  const given = new URLSearchParams(text);
  const wrong = [...given].find(([name, value]) => name === '' || value === '');
  if (wrong !== undefined || text === '') throw new InvalidOptionError('model', `#${text}`, PARAMETERS);
  const list = (name: string): string[] => given.getAll(name).flatMap((value) => value.split(','));
  const renames = list('rename').map((pair) => pair.split(':'));
  if (renames.some((pair) => pair.length !== 2 || pair.includes(''))) {
    throw new InvalidOptionError('model', `#${text}`, PARAMETERS);
  }
  const added = [...given].filter(([name]) => !RESERVED.includes(name));
  return {
    omitParameters: list('omit'),
    renameParameters: Object.fromEntries(renames),
    extraBody: Object.fromEntries(added.map(([name, value]) => [name, jsonOrText(value)])),
  };
}

/** The parameter of a short name that names the environment variable with the key. */
const KEY_VARIABLE = 'api-key-env';
/** Parameters that are not added to the body. */
const RESERVED = ['omit', 'rename', KEY_VARIABLE];
const PARAMETERS =
  '#omit=<name>,..., #rename=<name>:<other name>,..., #api-key-env=<variable> or #<field>=<value>, joined by &';

function keyIn(variable: string): string {
  const key = environmentVariable(variable);
  if (key !== undefined) return key;
  throw new InvalidOptionError(
    'model',
    `#${KEY_VARIABLE}=${variable}`,
    'the name of an environment variable that is set',
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function merge(first: BodyOptions, second: BodyOptions): BodyOptions {
  return {
    omitParameters: [...(first.omitParameters ?? []), ...(second.omitParameters ?? [])],
    renameParameters: { ...first.renameParameters, ...second.renameParameters },
    extraBody: { ...first.extraBody, ...second.extraBody },
  };
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
