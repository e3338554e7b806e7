/*
 * On goodreads.com a tag is the name of a reader's shelf. Many say what the reader does with the book (`to-read`,
 * `books-i-own`, `kindle`, `read-in-2015`), and nothing of the book.
 */

/** Words that make a shelf's name one of the reader's affairs. */
const OF_THE_READER = new Set(
  [
    'to read reads reading re reread unread tbr next currently finished unfinished finish abandoned dnf gave couldn didn did',
    'never hold maybe own owned owns have had my mine i me we our want wish wishlist buy bought borrowed lent loan favorite',
    'favorites favourite favourites fav favs faves best top shelf shelves bookshelf shelfari goodreads library libraries default',
    'kindle nook calibre ebook ebooks e audio audiobook audiobooks audible listened listen overdrive paperback hardcover pdf',
    'book books bookclub club group star stars reviewed review recommended recommendations recs school college class university',
    'home collection owning general other misc stuff all time novel novels series adult english format bookcase storage',
  ].flatMap((line) => line.split(' ')),
);

/** Whether a tag tells something of the book: no word of it is about the reader, a year or a list of so many. */
export function tellsOfTheBook(tag: string): boolean {
  const words = tag
    .toLowerCase()
    .split(/[^\p{Letter}\p{Number}]+/u)
    .filter((word) => word !== '');
  return words.length > 0 && words.every((word) => !OF_THE_READER.has(word) && !/^\d+$/.test(word));
}
