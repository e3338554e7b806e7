/*
 * On goodreads.com a tag is the name of a reader's shelf. Many tags say what the reader does with the book (`to-read`, `books-i-own`,
 * `kindle`, `read-in-2015`) and do not describe it.
 */

/** Words in names of shelves that are about the reader. */
const READER_WORDS = new Set(
  [
    'to read reads reading re reread unread tbr next currently finished unfinished finish abandoned dnf gave couldn didn did',
    'never hold maybe own owned owns have had my mine i me we our want wish wishlist buy bought borrowed lent loan favorite',
    'favorites favourite favourites fav favs faves best top shelf shelves bookshelf shelfari goodreads library libraries default',
    'kindle nook calibre ebook ebooks e audio audiobook audiobooks audible listened listen overdrive paperback hardcover pdf',
    'book books bookclub club group star stars reviewed review recommended recommendations recs school college class university',
    'home collection owning general other misc stuff all time novel novels series adult english format bookcase storage',
  ].flatMap((line) => line.split(' ')),
);

/** Whether a tag describes the book: none of its words is about the reader or a number. */
export function describesBook(tag: string): boolean {
  const words = tag
    .toLowerCase()
    .split(/[^\p{Letter}\p{Number}]+/u)
    .filter((word) => word !== '');
  return words.length > 0 && words.every((word) => !READER_WORDS.has(word) && !/^\d+$/.test(word));
}
