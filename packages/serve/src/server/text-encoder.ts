import { CheckpointReader } from '@ialp/core/checkpoint';
import type { EmbeddedCatalogue } from '@ialp/llm-user';
import { decodeCheckpoint, encodeCheckpoint } from '@ialp/policy/checkpoint-file';
import type { ServedItem } from '../events.js';
import { type EmbedTexts, textOf } from '../learning/catalogue.js';
import { MODELS } from '../learning/stored.js';
import type { ModelStore } from '../model-store.js';

type Transform = EmbeddedCatalogue['transform'];

/** A sentence encoder that runs in this process. */
export interface TextEncoder {
  /** Embeds a catalogue, and remembers how, so that later texts come into the same space. */
  embedCatalogue(items: readonly ServedItem[], prior?: Float32Array): Promise<EmbeddedCatalogue>;
  /** Embeds later texts. */
  readonly embed: EmbedTexts;
}

/**
 * The encoder of `@ialp/llm-user`, which computes each vector once and stores it. Undefined if it is not installed.
 * @param modelStore where the transform of the catalogue's embeddings is stored, for learners on all hosts.
 */
export async function openTextEncoder(modelStore: ModelStore): Promise<TextEncoder | undefined> {
  const packages = await Promise.all([import('@ialp/llm-user'), import('@ialp/llm-user/encoder')]).catch(
    () => undefined,
  );
  if (packages === undefined) return undefined;
  const [{ embedCatalogue }, { createCachedEncoder }] = packages;
  const model = await createCachedEncoder({ onUnusable: () => {} }).catch(() => undefined);
  if (model === undefined) return undefined;
  const stored = await modelStore.latest(MODELS.embedding);
  let transform = stored && decodeTransform(stored.bytes);
  const catalogueOf = (texts: readonly string[]) => ({
    items: texts.map((text, k) => ({ id: String(k), title: text, text, attributes: {} })),
  });
  return {
    async embedCatalogue(items, prior) {
      const catalogue = { ...catalogueOf(items.map(textOf)), ...(prior !== undefined && { prior }) };
      const embedded = await embedCatalogue(catalogue, model);
      transform = embedded.transform;
      const previous = await modelStore.version(MODELS.embedding);
      await modelStore.put(MODELS.embedding, encodeCheckpoint({ ...transform }), previous);
      return embedded;
    },
    async embed(texts) {
      const { vectors, dimension } = await embedCatalogue(
        catalogueOf(texts),
        model,
        transform === undefined ? {} : { transform },
      );
      return texts.map((_, k) => vectors.slice(k * dimension, (k + 1) * dimension));
    },
  };
}

function decodeTransform(bytes: Uint8Array): Transform {
  const name = MODELS.embedding;
  const reader = new CheckpointReader(decodeCheckpoint(bytes, { name, copy: true }), name);
  const { model, popularity } = reader.whole();
  return {
    model: String(model),
    exponent: reader.number('exponent'),
    mean: reader.array('mean', Float64Array),
    popularity: popularity === null ? null : (popularity as unknown as Exclude<Transform['popularity'], null>),
  };
}
