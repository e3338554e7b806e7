import { type CatalogueItem, show } from '@ialp/core';
import type { ExplicitDataset } from '../dataset.js';
import { type Place, wrong } from '../parsing/fields.js';
import { decodeEntities } from '../parsing/html-entities.js';
import { type JsonFields, readJsonObjects } from '../parsing/json-lines.js';
import { LATEST_SECONDS } from '../parsing/table-time.js';
import { splitByUserOrder } from '../split.js';

const DOWNLOAD = 'Download it again from https://cseweb.ucsd.edu/~jmcauley/datasets/amazon_v2/.';
const CORRECT = `Correct the line, or start over: ${DOWNLOAD}`;
const RATING_SCALE = [1, 5] as const;
/** Number of categories in the text, the narrowest ones of a product. */
const CATEGORIES_IN_TEXT = 2;

/** Options of `readAmazonReviews`. */
export interface ReadAmazonReviewsOptions {
  /** Path of the reviews: `Industrial_and_Scientific_5.json.gz`, gzipped or not. */
  readonly reviews: string;
  /** Path of the product metadata: `meta_Industrial_and_Scientific.json.gz`, gzipped or not. */
  readonly metadata: string;
  /** Name for reports. Default `amazon-reviews`. */
  readonly name?: string;
}

/**
 * Reads Amazon's reviews of 2018 of one category in their original format, JSON lines: ratings from 1 to 5 with times (J. Ni, J. Li, J. McAuley, "Justifying Recommendations using Distantly-Labeled Reviews and Fine-Grained Aspects",
 * EMNLP-IJCNLP 2019). The data state no licence, so you download them yourself.
 *
 * - Items are the reviewed products, in the order in which they first appear; an item's id is its `asin`. A product without a title in
 *   the metadata has its `asin` as title.
 * - Users are in the order in which they first appear; their ids are `reviewerID`.
 * - If a user reviewed a product more than once, the latest review counts, and of equal times the last line.
 * - Interactions are in the order of the file; the split holds out the last fifth of each user's by time.
 * - Attributes are `brand` and `category`, from the widest to the narrowest.
 * - The texts of reviews are not read. There are no `userFeatures` and no `prior`.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readAmazonReviews({
  reviews,
  metadata,
  name = 'amazon-reviews',
}: ReadAmazonReviewsOptions): Promise<ExplicitDataset> {
  const users = new Map<string, number>();
  const asins = new Map<string, number>();
  const rated = new Map<string, Review>();
  let row = 0;
  await readJsonObjects(reviews, CORRECT, (fields, place) => {
    const review = {
      user: numberOf(users, text(fields, 'reviewerID', place)),
      item: numberOf(asins, text(fields, 'asin', place)),
      value: rating(fields, place),
      time: time(fields, place),
      row: row++,
    };
    const pair = `${review.user} ${review.item}`;
    const earlier = rated.get(pair);
    if (earlier === undefined || review.time >= earlier.time) rated.set(pair, review);
  });
  const facts = new Map<string, CatalogueItem>();
  await readJsonObjects(metadata, CORRECT, (fields, place) => {
    const asin = text(fields, 'asin', place);
    if (asins.has(asin)) facts.set(asin, describeProduct(asin, fields, place));
  });
  const kept = [...rated.values()].sort((a, b) => a.row - b.row);
  const interactions = {
    users: users.size,
    user: Int32Array.from(kept, ({ user }) => user),
    item: Int32Array.from(kept, ({ item }) => item),
    value: Float32Array.from(kept, ({ value }) => value),
    time: Float64Array.from(kept, (review) => review.time),
    scale: RATING_SCALE,
  };
  return {
    name,
    feedback: 'explicit',
    catalogue: { items: Array.from(asins.keys(), (asin) => facts.get(asin) ?? nameless(asin)) },
    userIds: [...users.keys()],
    interactions,
    order: 'time',
    split: splitByUserOrder(interactions, 'time'),
  };
}

interface Review {
  readonly user: number;
  readonly item: number;
  readonly value: number;
  /** Seconds since 1970. */
  readonly time: number;
  readonly row: number;
}

function numberOf(numbers: Map<string, number>, id: string): number {
  const number = numbers.get(id) ?? numbers.size;
  numbers.set(id, number);
  return number;
}

function text(fields: JsonFields, field: string, place: Place): string {
  const value = fields[field];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw wrong(show(value), `${field}: text`, place);
}

function rating(fields: JsonFields, place: Place): number {
  const value = fields['overall'];
  if (typeof value === 'number' && value >= RATING_SCALE[0] && value <= RATING_SCALE[1]) return value;
  throw wrong(show(value), 'overall: a rating from 1 to 5', place);
}

function time(fields: JsonFields, place: Place): number {
  const value = fields['unixReviewTime'];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < LATEST_SECONDS) {
    return value;
  }
  throw wrong(show(value), 'unixReviewTime: a time in seconds since 1970', place);
}

function describeProduct(asin: string, fields: JsonFields, place: Place): CatalogueItem {
  const title = clean(fields['title']);
  const brand = clean(fields['brand']);
  const categories = fields['category'] ?? [];
  if (!Array.isArray(categories)) throw wrong(show(categories), 'category: a list', place);
  const category = categories.map(clean).filter((value) => value !== '');
  if (title === '') return { ...nameless(asin), attributes: { brand: brand === '' ? [] : [brand], category } };
  const by = brand === '' || title.toLowerCase().includes(brand.toLowerCase()) ? '' : `, by ${brand}`;
  const kind = category.slice(-CATEGORIES_IN_TEXT).join(', ');
  return {
    id: asin,
    title,
    text: `${title}${by}${kind === '' ? '' : ` (${kind})`}`,
    attributes: { brand: brand === '' ? [] : [brand], category },
  };
}

/** Text with HTML entities decoded; empty if it contains markup, such as a page's leftover script. */
function clean(value: unknown): string {
  if (typeof value !== 'string' || value.includes('<')) return '';
  return decodeEntities(value).replaceAll(/\s+/g, ' ').trim();
}

function nameless(asin: string): CatalogueItem {
  return { id: asin, title: asin, text: `product ${asin}`, attributes: { brand: [], category: [] } };
}
