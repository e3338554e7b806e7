import type { Catalogue } from '@ialp/core';
import type { EmbeddingModel } from '../embedding-model.js';
import { embedCatalogue, type ItemEmbeddings } from '../models/embeddings/item-embeddings.js';

/** Two kinds of items, `space` and `love`, of falling popularity. For tests. */
export const CATALOGUE: Catalogue = {
  items: Array.from({ length: 12 }, (_, k) => ({
    id: `item-${k}`,
    title: `Item ${k}`,
    text: `${k % 2 === 0 ? 'space' : 'love'} ${k}`,
    attributes: { kind: [k % 2 === 0 ? 'space' : 'love'], shelf: [String(Math.floor(k / 4))] },
  })),
  prior: Float32Array.from({ length: 12 }, (_, k) => 1000 / (k + 1)),
};

/** Embeds texts by their first word, with a little of the number that follows, in three dimensions. For tests. */
export const WORD_MODEL: EmbeddingModel = {
  specificationVersion: 'v1',
  name: 'first words',
  dimension: 3,
  async embed(texts) {
    return Float32Array.from(
      texts.flatMap((text) => {
        const [word, number] = text.split(' ');
        return [word === 'space' ? 1 : 0, word === 'love' ? 1 : 0, 0.05 * Math.sin(Number(number))];
      }),
    );
  },
};

/** The catalogue as the word model sees it. For tests. */
export function makeSpace(): Promise<ItemEmbeddings> {
  return embedCatalogue(CATALOGUE, WORD_MODEL);
}
