import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectDamageHeeded } from '../../test-support/damage.js';
import { expectSound } from '../../test-support/dataset.js';
import { realData, writeFolder } from '../../test-support/folder.js';
import { describesBook } from '../parsing/shelf-names.js';
import { isGoodbooks, readGoodbooks } from './goodbooks.js';

/** Made-up data in the published format, with fewer of the columns that are passed over. */
const FILES = {
  'books.csv': [
    'book_id,goodreads_book_id,isbn,authors,original_publication_year,title,language_code,ratings_count',
    '1,300,x,"Ada Moth, Bo Finch",1988.0,"Quiet Tailors (The Tailors, #1)",eng,5000',
    '2,100,x,Old Hand,-380.0,"The ""Cave""",,70',
    '3,200,x,,,Nobody,en-US,0',
    '',
  ].join('\n'),
  'ratings.csv': 'user_id,book_id,rating\n9,1,5\n4,2,1\n9,2,3\n4,1,4\n',
  'ratings_other.csv': 'user_id,book_id,rating\n4,3,2\n9,3,5\n',
  'tags.csv': 'tag_id,tag_name\n0,to-read\n1,historical-fiction\n2,sewing\n3,2015\n4,philosophy\n',
  'book_tags.csv': 'goodreads_book_id,tag_id,count\n300,0,900\n300,2,7\n300,1,20\n100,4,-1\n100,3,8\n200,4,3\n',
};

function folderWith(changes: Record<string, string> = {}): Promise<string> {
  return writeFolder({ ...FILES, ...changes });
}

describe('readGoodbooks', () => {
  it('reads ratings in their order, of the books that have any', async () => {
    const data = await readGoodbooks(await folderWith());
    expectSound(data);
    expect(data).toMatchObject({ name: 'goodbooks-10k', feedback: 'explicit', order: 'rows', userIds: ['4', '9'] });
    expect(data.interactions).toEqual({
      users: 2,
      user: Int32Array.of(1, 0, 1, 0),
      item: Int32Array.of(0, 1, 1, 0),
      value: Float32Array.of(5, 1, 3, 4),
      scale: [1, 5],
    });
    expect(data.catalogue.prior).toEqual(Float32Array.of(5000, 70));
    expect(data.split.by).toBe('user-order');
  });

  it('describes books in words, with tags joined by their other number', async () => {
    const { catalogue } = await readGoodbooks(await folderWith(), { unrated: true });
    expect(catalogue.items).toEqual([
      {
        id: '1',
        title: 'Quiet Tailors',
        text: 'Quiet Tailors, a book by Ada Moth and Bo Finch, 1988, tagged historical fiction and sewing',
        attributes: {
          author: ['Ada Moth', 'Bo Finch'],
          year: ['1988'],
          language: ['eng'],
          tag: ['historical fiction', 'sewing'],
        },
      },
      {
        id: '2',
        title: 'The "Cave"',
        text: 'The "Cave", a book by Old Hand, 380 BC',
        attributes: { author: ['Old Hand'], year: ['-380'], language: [], tag: [] },
      },
      {
        id: '3',
        title: 'Nobody',
        text: 'Nobody, a book, tagged philosophy',
        attributes: { author: [], year: [], language: ['en-US'], tag: ['philosophy'] },
      },
    ]);
  });

  it('reads another file of ratings, in no order', async () => {
    const data = await readGoodbooks(await folderWith(), { ratings: 'ratings_other.csv' });
    expect(data).toMatchObject({ order: 'none', split: { by: 'random' } });
    expect(data.catalogue.items.map(({ id }) => id)).toEqual(['3']);
    expect((await readGoodbooks(await folderWith(), { ratings: 'ratings_other.csv', ordered: true })).order).toBe(
      'rows',
    );
  });
});

describe('readGoodbooks refuses', () => {
  it.each<[string, string, string, number, string]>([
    ['a rating of 6', 'ratings.csv', '9,3,6\n', 6, 'a rating from 1 to 5; found "6".'],
    ['a rating of NaN', 'ratings.csv', '9,3,NaN\n', 6, 'found "NaN".'],
    ['an unknown book', 'ratings.csv', '9,7,3\n', 6, 'the book_id of a book in books.csv; found "7".'],
    ['a pair twice', 'ratings.csv', '9,1,3\n', 6, 'user 9 and item 1, which line 2 also has.'],
    ['a rating that may be cut', 'ratings.csv', '9,3,5', 6, 'a line end after the last line'],
    ['a book twice', 'books.csv', '1,999,x,A,,T,,1\n', 5, 'a new book; found book 1, which line 2 also has.'],
    ['a goodreads number twice', 'books.csv', '8,300,x,A,,T,,1\n', 5, 'found book goodreads 300, which line 2'],
    ['a book without a title', 'books.csv', '8,900,x,A,, ,,1\n', 5, 'expected a title; found none.'],
    ['an invalid year', 'books.csv', '8,900,x,A,soon,T,,1\n', 5, 'a year, or nothing; found "soon".'],
    [
      'a tag of an unknown book',
      'book_tags.csv',
      '1,1,1\n',
      8,
      'the goodreads_book_id of a book in books.csv; found "1".',
    ],
    ['an unknown tag', 'book_tags.csv', '300,9,1\n', 8, 'the number of a tag in tags.csv; found "9".'],
    ['a tag twice', 'tags.csv', '2,again\n', 7, 'a new tag; found tag 2'],
  ])('%s', async (_, file, line, number, message) => {
    const folder = await folderWith({ [file]: `${FILES[file as keyof typeof FILES]}${line}` });
    const reading = readGoodbooks(folder);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'DatasetError', file: join(folder, file), line: number });
  });

  it('whatever damage it cannot read rightly', async () => {
    await expectDamageHeeded(readGoodbooks, FILES, {
      'ratings.csv': { separator: ',', header: 1, number: 2, references: [1], unique: true },
      'book_tags.csv': { separator: ',', header: 1, references: [0, 1] },
      'tags.csv': { separator: ',', header: 1, unique: true },
    });
  });
});

it.each([
  ['to-read', false],
  ['read-in-2015', false],
  ['books-i-own', false],
  ['1001', false],
  ['-', false],
  ['historical-fiction', true],
  ['children-s', true],
])('%s tells of the book: %s', (tag, tells) => {
  expect(describesBook(tag)).toBe(tells);
});

describe('the published goodbooks-10k data', () => {
  it('have the counts of their documentation', async (context) => {
    const folder = realData('goodbooks-10k');
    if (!(await isGoodbooks(folder)))
      context.skip(`goodbooks-10k is not at ${folder}; name its parent folder in IALP_DATA`);
    const data = await readGoodbooks(folder);
    expectSound(data);
    expect(data.interactions.value).toHaveLength(49_885);
    expect(data.interactions.users).toBe(990);
    expect(data.catalogue.items).toHaveLength(4278);
    expect(data.catalogue.items[0].text).toMatch(
      /^Harry Potter and the Sorcerer's Stone, a book by J.K. Rowling and Mary GrandPré, 1997, tagged fantasy/,
    );
    const sampled = await readGoodbooks(folder, { ratings: 'ratings_sampled_books.csv' });
    expect([sampled.interactions.value.length, sampled.interactions.users, sampled.catalogue.items.length]).toEqual([
      75_920, 3000, 895,
    ]);
  });
});
