import { type Catalogue, checkInteger, checkSpecification } from '@ialp/core';
import { checkCatalogue, checkModel, checkOptions } from '../check-inputs.js';
import { LanguageModelError } from '../errors.js';
import type { LanguageModel, LanguageModelReply, LanguageModelRequest } from '../language-model.js';
import { usableReply } from '../models/usable-reply.js';
import type { PreferenceAnswer, PreferenceQuestion, PreferenceSource } from '../preference-source.js';
import type { PromptInput, PromptTemplate } from '../prompt-template.js';
import { quoteText } from '../text/clean-text.js';
import { fnv1a } from '../text/fnv1a.js';
import { type PromptInputOf, type PromptLimits, promptInputs } from './prompt-input.js';
import type { Read } from './read-reply.js';

/** Options of the sources that ask a generative model. */
export interface ModelSourceOptions extends PromptLimits {
  /** The model to ask. */
  readonly model: LanguageModel;
  /** The items, with their texts. */
  readonly catalogue: Catalogue;
  /** The seed of each request is a hash of this number and the prompt. A 32-bit unsigned integer. Default 0. */
  readonly seed?: number;
  /** Your own prompt template; the form of the reply stays the source's. Default: the built-in template. */
  readonly template?: PromptTemplate;
}

/** How a question is split into calls, and how replies are read. */
export interface ReplyForm {
  readonly template: PromptTemplate;
  /** Whether there is a call for each candidate. */
  readonly isPointwise: boolean;
  /** Words whose probabilities are requested. */
  readonly choices?: readonly string[];
  /** Returns the probability of each candidate of a call, or why the reply is unusable. */
  read(reply: LanguageModelReply, candidates: number): Read<readonly number[]>;
}

/**
 * A source that asks a generative model. After an unusable reply it asks once more with a reminder of the form; then `ask` throws a
 * `LanguageModelError` with the reply. Errors of calls are passed on.
 * @throws {InvalidOptionError} for an option or an item out of range.
 */
export function createModelSource(form: ReplyForm, options: ModelSourceOptions): PreferenceSource {
  checkOptions(options, '{ model, catalogue }', [
    'model',
    'catalogue',
    'seed',
    'template',
    'maxItemTokens',
    'maxTextTokens',
  ]);
  const { model, catalogue, seed = 0, template = form.template, ...budget } = options;
  checkModel(model);
  checkSpecification('template', template, ['schema', 'prompt', 'repair'], 'a prompt template');
  checkCatalogue(catalogue);
  checkInteger('seed', seed, 0, 2 ** 32 - 1);
  return new ModelSource({ ...form, template }, model, promptInputs(catalogue, budget), seed);
}

/** One call and the number of its candidates. */
interface Call {
  readonly candidates: number;
  readonly request: LanguageModelRequest;
}

class ModelSource implements PreferenceSource {
  readonly specificationVersion = 'v1';
  readonly #form: ReplyForm;
  readonly #model: LanguageModel;
  readonly #inputOf: PromptInputOf;
  readonly #seed: number;

  constructor(form: ReplyForm, model: LanguageModel, inputOf: PromptInputOf, seed: number) {
    this.#form = form;
    this.#model = model;
    this.#inputOf = inputOf;
    this.#seed = seed;
  }

  get model(): string {
    return this.#model.name;
  }

  get promptVersion(): string {
    return this.#form.template.version;
  }

  requests(question: PreferenceQuestion): LanguageModelRequest[] {
    return this.#calls(question).map(({ request }) => request);
  }

  withModel(wrap: (model: LanguageModel) => LanguageModel): PreferenceSource {
    return new ModelSource(this.#form, wrap(this.#model), this.#inputOf, this.#seed);
  }

  async ask(
    question: PreferenceQuestion,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<PreferenceAnswer> {
    const probabilities: number[] = [];
    const raw: string[] = [];
    let repairs = 0;
    // Sequential, so that servers can reuse their cache of the prompt prefix that the calls about one user share.
    for (const call of this.#calls(question)) {
      const { values, text, isRepaired } = await this.#askOnce(call, signal);
      probabilities.push(...values);
      raw.push(text);
      if (isRepaired) repairs++;
    }
    return { probabilities, raw: raw.join('\n'), ...(repairs > 0 && { repairs }) };
  }

  #calls(question: PreferenceQuestion): Call[] {
    const input = this.#inputOf(question);
    const inputs = this.#form.isPointwise
      ? input.candidates.map((text) => ({ ...input, candidates: [text] }))
      : [input];
    return inputs.map((one) => this.#call(one));
  }

  #call(input: PromptInput): Call {
    const { template, choices } = this.#form;
    const candidates = input.candidates.length;
    const prompt = template.prompt(input);
    const request = {
      promptVersion: template.version,
      system: template.system,
      prompt,
      schema: template.schema(candidates),
      seed: fnv1a(JSON.stringify([this.#seed, prompt])),
      ...(choices !== undefined && { choices }),
    };
    return { candidates, request };
  }

  async #askOnce({ candidates, request }: Call, signal: AbortSignal | undefined) {
    const { template, read } = this.#form;
    const generate = async (asked: LanguageModelRequest) =>
      usableReply(
        this.#model.name,
        asked,
        await this.#model.generate({ ...asked, ...(signal !== undefined && { signal }) }),
      );
    const first = await generate(request);
    if (request.choices !== undefined && first.probabilities === undefined) {
      const message = 'gives no probabilities; ask it with createPointwiseSource, or take a model that gives them';
      // Other questions would get none either.
      throw new LanguageModelError(this.#model.name, message, { raw: first.text, isFatal: true });
    }
    const values = read(first, candidates);
    if ('value' in values) return { values: values.value, text: first.text, isRepaired: false };
    const prompt = request.prompt + template.repair(candidates);
    const second = await generate({ ...request, prompt, seed: fnv1a(JSON.stringify([this.#seed, prompt])) });
    const repaired = read(second, candidates);
    if ('value' in repaired) return { values: repaired.value, text: second.text, isRepaired: true };
    const message = `gave no usable answer, asked twice: ${repaired.fault}. The reply begins ${JSON.stringify(quoteText(second.text, 120))}`;
    throw new LanguageModelError(this.#model.name, message, { kind: 'unusable reply', raw: second.text });
  }
}
