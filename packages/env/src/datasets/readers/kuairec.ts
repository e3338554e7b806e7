import { type CatalogueItem, show } from '@ialp/core';
import type { ImplicitDataset } from '../dataset.js';
import { hasFiles, locateFile } from '../parsing/byte-stream.js';
import { readCsv } from '../parsing/csv-file.js';
import { type Place, parseInteger, parseNumber, wrong } from '../parsing/fields.js';
import { InteractionRows } from '../parsing/interaction-rows.js';
import { LATEST_SECONDS } from '../parsing/table-time.js';
import { enumerate } from '../prose.js';
import { splitByUserOrder } from '../split.js';

const DOWNLOAD = 'Download KuaiRec.zip again from https://kuairec.com/ and unpack its folder data.';
const CORRECT = `Correct the line, or start over: ${DOWNLOAD}`;

const SMALL = 'small_matrix.csv';
const BIG = 'big_matrix.csv';
const CATEGORIES = 'item_categories.csv';
const CAPTIONS = 'kuairec_caption_category.csv';

const NUMBER = { expected: 'a number of at least 0', minimum: 0, maximum: 2 ** 31 - 1 };
const RATIO = { expected: 'a watch ratio of at least 0', minimum: 0 };
const TIME = { expected: 'a time in seconds since 1970, or nothing', minimum: 0, maximum: LATEST_SECONDS };

/** Options of `readKuaiRec`. */
export interface ReadKuaiRecOptions {
  /**
   * The matrix to read: `small`, in which 1,411 users watched nearly all of 3,327 videos, or `big`, with 7,176 users and 10,728
   * videos. Default `small`.
   */
  readonly matrix?: 'small' | 'big';
}

/** Whether a folder holds KuaiRec: it has `item_categories.csv` and a matrix. */
export async function isKuaiRec(folder: string): Promise<boolean> {
  if (!(await hasFiles(folder, [CATEGORIES]))) return false;
  return (await hasFiles(folder, [SMALL])) || (await hasFiles(folder, [BIG]));
}

/**
 * Reads KuaiRec: the watch ratios of short videos, almost fully observed for a part of the users and videos (C. Gao et al.,
 * "KuaiRec: A Fully-observed Dataset and Insights for Evaluating Recommender Systems", CIKM 2022). CC BY-SA 4.0.
 *
 * - `value` is the `watch_ratio`: the time watched divided by the length of the video, above 1 for a video watched again.
 * - Items are the videos of the matrix in ascending order of their `video_id`, which is their id; users likewise.
 * - In the big matrix users may watch a video several times; each is an interaction. In the small one a repeated pair is refused.
 * - `time` is in seconds. Some times are missing in the files: they are 0, before all others.
 * - The attribute `feature` has the category numbers of a video, from `item_categories.csv`, which KuaiRec's termination rule uses.
 *   With `kuairec_caption_category.csv`, the caption is the title, and `category` has the names of up to three levels.
 * - Matrices are streamed, and only their columns are kept in memory. Files may be gzipped, with names that end with `.gz`.
 * @param folder the folder with the files.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readKuaiRec(
  folder: string,
  { matrix = 'small' }: ReadKuaiRecOptions = {},
): Promise<ImplicitDataset> {
  const features = await readFeatures(await locateFile(folder, CATEGORIES));
  const captions = (await hasFiles(folder, [CAPTIONS]))
    ? await readCaptions(await locateFile(folder, CAPTIONS))
    : undefined;
  const path = await locateFile(folder, matrix === 'small' ? SMALL : BIG);
  const videos = [...features.keys()].sort((a, b) => a - b);
  const indexOf = new Map(videos.map((id, index) => [id, index]));
  const rows = new InteractionRows(true);
  const format = { columns: ['user_id', 'video_id', 'watch_ratio', 'timestamp'], closed: true, remedy: CORRECT };
  await readCsv(path, format, ([user, video, ratio, time], place) => {
    const item = indexOf.get(parseInteger(video, NUMBER, place));
    if (item === undefined) throw wrong(show(video), `the video_id of a video in ${CATEGORIES}`, place);
    rows.add({
      userNumber: parseInteger(user, NUMBER, place),
      item,
      value: parseNumber(ratio, RATIO, place),
      time: time === '' ? 0 : parseNumber(time, TIME, place),
      line: place.line,
    });
  });
  const place = { file: path, remedy: CORRECT };
  const ids = videos.map((id) => ({ id: String(id) }));
  const { interactions, userNumbers } = matrix === 'small' ? rows.collect(ids, place) : rows.collectEvents(place);
  const watched = Int32Array.from(new Set(interactions.item)).sort();
  const newIndex = new Map(Array.from(watched, (item, index) => [item, index]));
  const renumbered = { ...interactions, item: interactions.item.map((item) => newIndex.get(item)!) };
  return {
    name: `kuairec-${matrix}`,
    feedback: 'implicit',
    catalogue: { items: Array.from(watched, (item) => describeVideo(videos[item], features, captions)) },
    userIds: Array.from(userNumbers, String),
    interactions: renumbered,
    order: 'time',
    split: splitByUserOrder(renumbered, 'time'),
  };
}

/** `video_id,feat`: `0,[8]`, `1,"[27, 9]"`. */
async function readFeatures(path: string): Promise<Map<number, string[]>> {
  const features = new Map<number, string[]>();
  await readCsv(path, { columns: ['video_id', 'feat'], remedy: CORRECT }, ([id, list], place) => {
    const video = parseInteger(id, NUMBER, place);
    if (features.has(video)) throw wrong(`video ${id}, which an earlier line also has`, 'a new video', place);
    features.set(video, parseList(list, place));
  });
  return features;
}

function parseList(text: string, place: Place): string[] {
  if (!/^\[(\d+(, ?\d+)*)?\]$/.test(text)) throw wrong(show(text), 'a list of numbers, such as [27, 9]', place);
  return text === '[]' ? [] : text.slice(1, -1).split(/, ?/);
}

interface Caption {
  readonly caption: string;
  readonly categories: readonly string[];
}

async function readCaptions(path: string): Promise<Map<number, Caption>> {
  const captions = new Map<number, Caption>();
  const levels = ['first_level_category_name', 'second_level_category_name', 'third_level_category_name'];
  const format = { columns: ['video_id', 'caption'], optional: levels, remedy: CORRECT };
  await readCsv(path, format, ([id, caption, ...names], place) => {
    const categories = names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'UNKNOWN');
    captions.set(parseInteger(id, NUMBER, place), { caption: caption.replaceAll(/\s+/g, ' ').trim(), categories });
  });
  return captions;
}

function describeVideo(
  video: number,
  features: ReadonlyMap<number, readonly string[]>,
  captions: ReadonlyMap<number, Caption> | undefined,
): CatalogueItem {
  const { caption = '', categories = [] } = captions?.get(video) ?? {};
  const feature = features.get(video) ?? [];
  const title = caption === '' ? `video ${video}` : caption;
  const about = categories.length === 0 ? feature.map((number) => `topic ${number}`) : categories;
  const kind = about.length === 0 ? 'a short video' : `a short video about ${enumerate(about)}`;
  return {
    id: String(video),
    title,
    text: `${title}, ${kind}`,
    attributes: { feature, ...(captions && { category: categories }) },
  };
}
