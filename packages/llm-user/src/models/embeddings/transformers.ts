/** Sentence embeddings in this process: what `@ialp/llm-user/transformers` publishes. Needs `@huggingface/transformers`. */
import { checkInteger, InvalidOptionError, MissingPackageError } from '@ialp/core';
import { checkOptions } from '../../check-inputs.js';
import type { EmbeddingModel } from '../../embedding-model.js';
import { LanguageModelError } from '../../errors.js';
import { dimensionOf, type EmbedBatch, embedInBatches } from './embed-in-batches.js';

/** Options of `loadTransformersEncoder`. */
export interface TransformersEncoderOptions {
  /** A model on the hub, for example `Xenova/all-MiniLM-L6-v2`, or a folder. */
  readonly model: string;
  /** Of the model on the hub: a branch, a tag or a commit. Default `main`. */
  readonly revision?: string;
  /** Precision of the weights, for example `fp32` or `q8`. Default: the library's. */
  readonly dtype?: string;
  /** How a text's vector is made of its tokens'. Default `mean`. */
  readonly pooling?: 'mean' | 'cls';
  /** Texts at a time. Default 16. */
  readonly batch?: number;
}

const PACKAGE = '@huggingface/transformers';

/** The part of the library that is used. */
interface Library {
  pipeline(task: 'feature-extraction', model: string, options: Record<string, unknown>): Promise<Extractor>;
}

type Extractor = (
  texts: string[],
  options: { pooling: string; normalize: boolean },
) => Promise<{ tolist(): number[][] }>;

/**
 * Any sentence encoder that Transformers.js runs. A model on the hub is downloaded when it is first used.
 * @throws {MissingPackageError} where the package is not installed; {InvalidOptionError}; {LanguageModelError} where the model
 *   cannot be had.
 */
export async function loadTransformersEncoder(options: TransformersEncoderOptions): Promise<EmbeddingModel> {
  checkOptions(options, "{ model: 'Xenova/all-MiniLM-L6-v2' }", ['model', 'revision', 'dtype', 'pooling', 'batch']);
  const { model, revision, dtype, pooling = 'mean', batch = 16 } = options;
  if (typeof model !== 'string' || model === '') throw new InvalidOptionError('model', model, 'the name of a model');
  checkInteger('batch', batch, 1);
  // Vectors of another pooling are other vectors: caches tell them apart by the name.
  const variant = [dtype, pooling === 'mean' ? undefined : pooling].filter((part) => part !== undefined).join(', ');
  const name = `transformers ${model}${revision === undefined ? '' : `@${revision}`}${variant === '' ? '' : ` (${variant})`}`;
  const { pipeline } = await loadPackage();
  const extract = await pipeline('feature-extraction', model, {
    ...(revision !== undefined && { revision }),
    ...(dtype !== undefined && { dtype }),
  }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LanguageModelError(name, `the model could not be loaded: ${why}`, { cause });
  });
  const embed: EmbedBatch = async (texts) => (await extract([...texts], { pooling, normalize: true })).tolist();
  const dimension = await dimensionOf(name, embed);
  return {
    specificationVersion: 'v1',
    name,
    dimension,
    embed: (texts, rest) => embedInBatches({ name, dimension, batch }, embed, texts, rest),
  };
}

async function loadPackage(): Promise<Library> {
  // Its name in a variable: the package is no dependency, not even for the types.
  const specifier: string = PACKAGE;
  return import(specifier).catch((cause) => {
    throw new MissingPackageError(PACKAGE, 'A Transformers.js encoder', { cause });
  });
}
