import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointReader } from '@ialp/core/checkpoint';
import type { EmbeddedCatalogue } from '@ialp/llm-user';
import { loadCheckpoint, saveCheckpoint } from '@ialp/policy/checkpoint-file';
import type { ServedItem } from '../events.js';
import { type EmbedTexts, textOf } from '../learning/catalogue.js';

type Transform = EmbeddedCatalogue['transform'];

/** A sentence encoder that runs in this process. */
export interface TextEncoder {
  /** Embeds a catalogue, and remembers how, so that later texts come into the same space. */
  embedCatalogue(items: readonly ServedItem[], prior?: Float32Array): Promise<EmbeddedCatalogue>;
  /** Embeds later texts. */
  readonly embed: EmbedTexts;
}

/** Where the transform of the catalogue's embeddings is stored. */
const NAME = 'embedding.checkpoint';

/**
 * The encoder of `@ialp/llm-user`, which computes each vector once and stores it. Undefined if it is not installed.
 * @param folder the state folder.
 */
export async function openTextEncoder(folder: string): Promise<TextEncoder | undefined> {
  const packages = await Promise.all([import('@ialp/llm-user'), import('@ialp/llm-user/encoder')]).catch(
    () => undefined,
  );
  if (packages === undefined) return undefined;
  const [{ embedCatalogue }, { createCachedEncoder }] = packages;
  const model = await createCachedEncoder({ onUnusable: () => {} }).catch(() => undefined);
  if (model === undefined) return undefined;
  const file = join(folder, NAME);
  let transform = existsSync(file) ? readTransform(file) : undefined;
  const catalogueOf = (texts: readonly string[]) => ({
    items: texts.map((text, k) => ({ id: String(k), title: text, text, attributes: {} })),
  });
  return {
    async embedCatalogue(items, prior) {
      const catalogue = { ...catalogueOf(items.map(textOf)), ...(prior !== undefined && { prior }) };
      const embedded = await embedCatalogue(catalogue, model);
      transform = embedded.transform;
      saveCheckpoint(file, { ...transform });
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

function readTransform(file: string): Transform {
  const reader = new CheckpointReader(loadCheckpoint(file), NAME);
  const { model, popularity } = reader.whole();
  return {
    model: String(model),
    exponent: reader.number('exponent'),
    mean: reader.array('mean', Float64Array),
    popularity: popularity === null ? null : (popularity as unknown as Exclude<Transform['popularity'], null>),
  };
}
