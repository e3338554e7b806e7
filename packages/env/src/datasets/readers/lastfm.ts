import { type CatalogueItem, createRandom, show } from '@ialp/core';
import type { ImplicitDataset } from '../dataset.js';
import { hasFiles, locateFile } from '../parsing/byte-stream.js';
import { type CsvFormat, readCsv } from '../parsing/csv-file.js';
import { parseInteger, splitColumns, wrong } from '../parsing/fields.js';
import { GivenTags } from '../parsing/given-tags.js';
import { type CollectedRows, InteractionRows } from '../parsing/interaction-rows.js';
import { checkClosed, readTextFile } from '../parsing/text-file.js';
import { enumerate } from '../prose.js';
import { splitAtRandom } from '../split.js';

const DOWNLOAD =
  'Download hetrec2011-lastfm-2k.zip again from https://grouplens.org/datasets/hetrec-2011/ and unpack it.';
const CORRECT = `Correct the line, or start over: ${DOWNLOAD}`;

const ARTISTS = 'artists.dat';
const PLAYS = 'user_artists.dat';
const TAGGED = 'user_taggedartists.dat';
const TAGS = 'tags.dat';

/** Columns are separated by tabs; quotes are part of names. */
const FORMAT = { separator: '\t', quotes: false, remedy: CORRECT } as const;
const TAG_COLUMNS = ['tagID', 'tagValue'];

const USER_NUMBER = { expected: 'a user number of at least 1', minimum: 1, maximum: 2 ** 31 - 1 };
const ARTIST_NUMBER = { expected: 'an artist number of at least 1', minimum: 1 };
const TAG_NUMBER = { expected: 'a tag number of at least 1', minimum: 1 };
/** Up to here every integer is exact in single precision. */
const PLAY_COUNT = { expected: 'a listening count from 1 to 2^24', minimum: 1, maximum: 2 ** 24 };

/** Number of tags in the text. */
const TAGS_IN_TEXT = 3;
/** Seeds the split, which is the same each time; without an order it cannot hold out the last interactions. */
const SPLIT_SEED = 2011;

/** Whether a folder holds the Last.fm data of HetRec 2011: it has the artists, the listening counts and the tags. */
export async function isLastFm(folder: string): Promise<boolean> {
  return hasFiles(folder, [ARTISTS, PLAYS, TAGGED, TAGS]);
}

/**
 * Reads the Last.fm data of HetRec 2011: listening counts of 1,892 users and 17,632 artists, 92,834 in all (I.
 * Cantador, P. Brusilovsky, T. Kuflik, "2nd Workshop on Information Heterogeneity and Fusion in Recommender Systems",
 * RecSys 2011). It is made available for non-commercial use, so you download it yourself.
 *
 * - Items are in the order of `artists.dat`; an item's id is the artist's number there.
 * - Users are `0..users-1` in ascending order of their numbers, which are their ids. Each user has at most 50 artists.
 * - Interactions are in the order of `user_artists.dat`; `value` is the listening count, at least 1. There are no
 *   times and no order: the split draws a fifth of the rows at random, the same each time.
 * - The attribute `tag` has at most the ten tags that most users gave to the artist, in lower case; three are in the text. 1,538 of the
 *   186,479 uses of a tag are of artists who are not in `artists.dat`; they are ignored. The names of tags are in `tags.dat`, of which
 *   a few lines are in ISO-8859-1 and the others in UTF-8: each line is read as UTF-8 if it is valid, otherwise as ISO-8859-1.
 * - There are no `userFeatures` and no `prior`. Friends are not read.
 *
 * A file whose last line has no line end is refused if a value in it could be truncated. A cut between two lines of `user_artists.dat`
 * cannot be detected. Files may be gzipped, with names that end with `.gz`.
 * @param folder the folder with `artists.dat`, `user_artists.dat`, `user_taggedartists.dat` and `tags.dat`.
 * @throws {DatasetError} if a file is missing or damaged. The message names the file, the line and how to fix it.
 */
export async function readLastFm(folder: string): Promise<ImplicitDataset> {
  const names = await readArtists(await locateFile(folder, ARTISTS));
  const ids = [...names.keys()];
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const tagNames = await readTagNames(await locateFile(folder, TAGS));
  const given = await readGivenTags(await locateFile(folder, TAGGED), indexOf, tagNames);
  const items = ids.map((id, index) => describeArtist(id, names.get(id)!, given.of(index)));
  const { interactions, userNumbers } = await readPlays(await locateFile(folder, PLAYS), items, indexOf);
  return {
    name: 'lastfm',
    feedback: 'implicit',
    catalogue: { items },
    userIds: Array.from(userNumbers, String),
    interactions,
    order: 'none',
    split: splitAtRandom(interactions, createRandom(SPLIT_SEED)),
  };
}

function describeArtist(id: string, name: string, tags: readonly string[]): CatalogueItem {
  const tagged = tags.length === 0 ? '' : ` tagged ${enumerate(tags.slice(0, TAGS_IN_TEXT))}`;
  return { id, title: name, text: `${name}, an artist${tagged}`, attributes: { tag: tags } };
}

/** Names by number, in the order of the file. */
async function readArtists(path: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  await readCsv(path, { ...FORMAT, columns: ['id', 'name', 'url'] }, ([id, name], place) => {
    parseInteger(id, ARTIST_NUMBER, place);
    if (names.has(id)) throw wrong(`artist ${id}, whom an earlier line also has`, 'a new artist', place);
    if (name.trim() === '') throw wrong('none', 'a name', place);
    names.set(id, name.trim());
  });
  return names;
}

/** The names of tags by number. */
async function readTagNames(path: string): Promise<Map<string, string>> {
  const file = await readTextFile(path, 'mixed', DOWNLOAD);
  const names = new Map<string, string>();
  file.lines.forEach((text, row) => {
    const place = { file: path, line: row + 1, remedy: CORRECT };
    const [id, name] = splitColumns(text, '\t', TAG_COLUMNS.length, place);
    if (row === 0) {
      const found = [id, name].join(', ');
      if (found !== TAG_COLUMNS.join(', ')) throw wrong(show(found), `the columns ${TAG_COLUMNS.join(', ')}`, place);
      return;
    }
    parseInteger(id, TAG_NUMBER, place);
    if (names.has(id)) throw wrong(`tag ${id}, which an earlier line also has`, 'a new tag', place);
    names.set(id, name);
  });
  checkClosed(file, DOWNLOAD);
  return names;
}

type ItemIndices = ReadonlyMap<string, number>;

async function readGivenTags(
  path: string,
  indexOf: ItemIndices,
  tagNames: ReadonlyMap<string, string>,
): Promise<GivenTags> {
  const tags = new GivenTags(indexOf.size);
  await readCsv(path, { ...FORMAT, columns: ['userID', 'artistID', 'tagID'] }, ([user, artist, tag], place) => {
    parseInteger(user, USER_NUMBER, place);
    parseInteger(artist, ARTIST_NUMBER, place);
    const name = tagNames.get(tag);
    if (name === undefined) throw wrong(show(tag), `the number of a tag in ${TAGS}`, place);
    const item = indexOf.get(artist);
    if (item !== undefined) tags.add(item, name);
  });
  return tags;
}

async function readPlays(path: string, items: readonly CatalogueItem[], indexOf: ItemIndices): Promise<CollectedRows> {
  const rows = new InteractionRows(false);
  const format: CsvFormat = { ...FORMAT, columns: ['userID', 'artistID', 'weight'], closed: true };
  await readCsv(path, format, ([user, artist, count], place) => {
    const item = indexOf.get(artist);
    if (item === undefined) throw wrong(show(artist), `the number of an artist in ${ARTISTS}`, place);
    const userNumber = parseInteger(user, USER_NUMBER, place);
    rows.add({ userNumber, item, value: parseInteger(count, PLAY_COUNT, place), line: place.line });
  });
  return rows.collect(items, { file: path, remedy: CORRECT });
}
