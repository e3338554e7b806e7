/** Catalogues that change: what `@ialp/policy/catalogue` publishes. */
export { createItemIndex, type ItemIndex, type ItemIndexOptions } from '@ialp/core';
export type { ItemIds } from '../checks/item-ids.js';
export type { ItemNeighbors, ItemVectors } from './item-neighbors.js';
export { type PlaceItemsOptions, placeItems } from './place-items.js';
export { type RemapItemsOptions, remapItems } from './remap-items.js';
