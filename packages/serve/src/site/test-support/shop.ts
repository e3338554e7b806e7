import { createRandom } from '@ialp/core';
import { createA2C, createNetwork } from '@ialp/policy';
import { createRecommender } from '../../deciding/create-recommender.js';
import type { ServedItem } from '../../events.js';
import { type RunningServer, type ServerOptions, startServer } from '../../http/server.js';
import type { Recommender } from '../../recommender.js';
import { addPages, type PagesOptions } from '../add-pages.js';

/** A recommender that learns, behind a server with pages. */
export interface Shop {
  readonly server: RunningServer;
  readonly recommender: Recommender;
}

/** Options of `openShop`. */
export interface ShopOptions extends Omit<ServerOptions, 'recommender' | 'configure'> {
  readonly items: readonly ServedItem[];
  readonly pages: PagesOptions;
}

/** Opens a shop on a free port, with everything in memory. */
export async function openShop({ items, pages, ...options }: ShopOptions): Promise<Shop> {
  const network = createNetwork({ items: items.length, random: createRandom(1) });
  const recommender = await createRecommender({
    catalogue: { items },
    learner: createA2C({ network }),
    learning: { updateRows: 2 },
    rules: { rewards: 'first' },
    random: createRandom(2),
  });
  const server = await startServer({ port: 0, ...options, recommender, configure: (app) => addPages(app, pages) });
  return { server, recommender };
}

/** Items with titles, texts and genres. */
export function sampleItems(count: number): ServedItem[] {
  const genres = ['Drama', 'Comedy', 'Western'];
  return Array.from({ length: count }, (_, k) => ({
    id: `item-${k}`,
    title: `Film ${k}`,
    text: `Film ${k}, number ${k} of ${count}`,
    attributes: { genre: [genres[k % 3]!] },
  }));
}
