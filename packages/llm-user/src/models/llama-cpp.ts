/** A model in this process, from a GGUF file: what `@ialp/llm-user/llama-cpp` publishes. Needs `node-llama-cpp`. */

import { basename } from 'node:path';
import { checkInteger, checkNumber, IalpError, MissingPackageError } from '@ialp/core';
import type { LlamaContextSequence, LlamaGrammar, LlamaModel, Token } from 'node-llama-cpp';
import { checkOptions } from '../check-inputs.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../language-model.js';
import { choiceProbabilities } from './choice-probabilities.js';
import { chatTemplateWarning } from './llama-cpp/chat-template.js';
import { checkGguf, digestOf } from './llama-cpp/gguf-file.js';
import { grammarSchema } from './llama-cpp/grammar-schema.js';

/** Options of `createLlamaCppModel`. */
export interface LlamaCppOptions {
  /** GGUF file of an instruct model with its chat template. */
  readonly path: string;
  /** Context length in tokens; a longer prompt is an error. Default 2,048. */
  readonly contextLength?: number;
  /** Number of threads. Default: the number of cores for arithmetic. */
  readonly threads?: number;
  /** Token limit of a reply; a longer reply is an error. Default 1,024. */
  readonly maxTokens?: number;
  /** Sampling temperature. Default 0. */
  readonly temperature?: number;
  /** Whether to use a graphics card if there is one. Default `auto`. */
  readonly gpu?: 'auto' | false;
  /** Called if the model has no chat template. Default: a process warning on stderr. */
  readonly onWarning?: (message: string) => void;
}

/** A model in this process. Dispose of it when it is no longer needed. */
export interface LlamaCppModel extends LanguageModel, AsyncDisposable {
  /** Frees the model's memory. */
  dispose(): Promise<void>;
}

/** What the library's grammars of JSON end with, and go on with for as long as they are let. */
const END = '\n\n\n\n';

/** Tokens that `choices` are looked for among: the rest of the vocabulary has next to nothing. */
const NEXT_TOKENS = 1000;

/**
 * A generative model in this process: llama.cpp through the optional package `node-llama-cpp`, without a server. The schema is enforced, and
 * replies have the `probabilities` of `choices`. Calls run one after another; the common prefix of consecutive prompts is evaluated once.
 * @throws {InvalidOptionError} for options out of range, or a file that is not GGUF; {MissingPackageError}; {LanguageModelError} if the
 *   model cannot be loaded.
 */
export async function createLlamaCppModel(options: LlamaCppOptions): Promise<LlamaCppModel> {
  checkOptions(options, "{ path: 'model.gguf' }", [
    'path',
    'contextLength',
    'threads',
    'maxTokens',
    'temperature',
    'gpu',
    'onWarning',
  ]);
  const { path, contextLength = 2048, threads, maxTokens = 1024, temperature = 0, gpu = 'auto' } = options;
  for (const [option, value] of Object.entries({ contextLength, maxTokens, threads: threads ?? 1 })) {
    checkInteger(option, value, 1);
  }
  checkNumber('temperature', temperature, 0);
  await checkGguf(path);
  const name = `llama-cpp ${basename(path)}`;
  const library = await import('node-llama-cpp').catch((cause) => {
    throw new MissingPackageError('node-llama-cpp', 'A model in this process', { cause });
  });
  const failed = (cause: unknown): LanguageModelError => {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new LanguageModelError(name, `the model could not be loaded: ${why}`, { cause });
  };
  const { getLlama, resolveChatWrapper, LlamaGrammarEvaluationState } = library;
  const llama = await getLlama({ gpu, build: 'never', logger: () => {} }).catch((cause) => {
    throw failed(cause);
  });
  const model = await llama.loadModel({ modelPath: path }).catch((cause) => {
    throw failed(cause);
  });
  const context = await model
    .createContext({ contextSize: contextLength, threads: threads ?? Math.max(1, llama.cpuMathCores) })
    .catch(async (cause) => {
      await model.dispose();
      throw failed(cause);
    });
  const warning = await chatTemplateWarning(path).catch(() => undefined);
  if (warning !== undefined) (options.onWarning ?? ((message) => process.emitWarning(message)))(warning);
  const sequence = context.getSequence();
  const wrapper = resolveChatWrapper(model);
  const grammars = new Map<string, Promise<LlamaGrammar>>();
  let digest: Promise<string> | undefined;
  /** The call that is under way, whatever becomes of it. */
  let last: Promise<unknown> = Promise.resolve();

  function tokensOf({ system, prompt }: LanguageModelRequest): Token[] {
    const { contextText } = wrapper.generateContextState({
      chatHistory: [
        { type: 'system', text: system },
        { type: 'user', text: prompt },
        { type: 'model', response: [] },
      ],
    });
    return contextText.tokenize(model.tokenizer);
  }

  function grammarOf(schema: LanguageModelRequest['schema']): Promise<LlamaGrammar> {
    const key = JSON.stringify(schema);
    const known = grammars.get(key);
    if (known !== undefined) return known;
    const made = llama.createGrammarForJsonSchema(grammarSchema(schema) as never) as Promise<LlamaGrammar>;
    grammars.set(key, made);
    return made;
  }

  /** What of a prompt is not in view yet; at least its last token, for the next one follows from that. */
  async function unread(tokens: Token[]): Promise<Token[]> {
    await sequence.adaptStateToTokens(tokens.slice(0, -1), false);
    return tokens.slice(sequence.nextTokenIndex);
  }

  async function reply(request: LanguageModelRequest): Promise<LanguageModelReply> {
    const { schema, choices, seed, signal } = request;
    signal?.throwIfAborted();
    const tokens = tokensOf(request);
    const room = choices === undefined ? maxTokens : 1;
    if (tokens.length + 1 > contextLength) {
      const message = `the prompt has ${tokens.length} tokens; raise contextLength, which is ${contextLength}`;
      throw new LanguageModelError(name, message);
    }
    if (choices !== undefined) return choose(sequence, model, tokens, await unread(tokens), choices);
    const written: Token[] = [];
    const grammarEvaluationState = new LlamaGrammarEvaluationState({ model, grammar: await grammarOf(schema) });
    const most = Math.min(room, contextLength - tokens.length);
    const sampling = { temperature, seed, grammarEvaluationState };
    for await (const token of sequence.evaluate(await unread(tokens), sampling)) {
      signal?.throwIfAborted();
      if (model.isEogToken(token) || model.detokenize(written).endsWith(END)) break;
      if (written.push(token) > most) {
        const message = `was cut short, after ${most} tokens; raise maxTokens or contextLength`;
        throw new LanguageModelError(name, message, { kind: 'unusable reply', raw: model.detokenize(written) });
      }
    }
    return { text: model.detokenize(written).trimEnd(), usage: { input: tokens.length, output: written.length } };
  }

  async function generate(request: LanguageModelRequest): Promise<LanguageModelReply> {
    request.signal?.throwIfAborted();
    const turn = last.then(() => reply(request));
    last = turn.catch(() => {});
    try {
      return await untilAborted(turn, request.signal);
    } catch (error) {
      request.signal?.throwIfAborted();
      if (IalpError.isInstance(error)) throw error;
      throw new LanguageModelError(name, error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  async function dispose(): Promise<void> {
    await last;
    await context.dispose();
    await model.dispose();
  }

  return {
    specificationVersion: 'v1',
    name,
    async fingerprint() {
      digest ??= digestOf(path);
      return JSON.stringify({ gguf: await digest, temperature, maxTokens, contextLength });
    },
    generate,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Reads the prompt, and looks what may come next. */
async function choose(
  sequence: LlamaContextSequence,
  model: LlamaModel,
  tokens: readonly Token[],
  unread: readonly Token[],
  choices: readonly string[],
): Promise<LanguageModelReply> {
  const end = unread.length - 1;
  const read = await sequence.controlledEvaluate([
    ...unread.slice(0, end),
    [unread[end], { generateNext: { probabilities: true } }],
  ]);
  const next = Array.from(read[end]?.next?.probabilities ?? [])
    .slice(0, NEXT_TOKENS)
    .map(([token, probability]) => ({ text: model.detokenize([token]), probability }));
  return {
    text: next[0]?.text ?? '',
    probabilities: choiceProbabilities(choices, next),
    usage: { input: tokens.length, output: 1 },
  };
}

/** Does not wait for a call that the caller has given up; the model ends it at its next token. */
function untilAborted<T>(call: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return call;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    call.finally(() => signal.removeEventListener('abort', onAbort)).then(resolve, reject);
  });
}
