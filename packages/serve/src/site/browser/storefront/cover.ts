import { element } from '../common/element.js';
import { hash, type Kinds } from './kinds.js';
import type { Item } from './types.js';

/** Patterns of covers in the style sheet. */
const PATTERNS = 5;

/** A cover drawn from the title: items of one kind have similar colours, and the same item always looks the same. */
export function coverOf(item: Item, kinds: Kinds | undefined): HTMLElement {
  const seed = hash(item.id);
  const kind = kinds?.kindOf(item);
  const hue = kind === undefined ? seed % 360 : kinds!.hueOf(kind);
  const cover = element('div', {
    class: 'cover',
    attributes: { 'aria-hidden': 'true', 'data-pattern': String(seed % PATTERNS) },
  });
  cover.style.setProperty('--hue', String(hue));
  cover.style.setProperty('--turn', `${(seed >>> 8) % 360}deg`);
  cover.style.setProperty('--x', `${(seed >>> 12) % 100}%`);
  cover.style.setProperty('--y', `${(seed >>> 19) % 100}%`);
  cover.append(element('span', { text: initials(titleOf(item)) }));
  return cover;
}

/** What an item is called: its title, its id if it has none, or that it has no name if neither can be seen. */
export function titleOf({ title = '', id }: Item): string {
  const visible = [title, id].find((name) => VISIBLE.test(name));
  return visible?.trim() ?? 'Untitled';
}

const VISIBLE = /[\p{Letter}\p{Number}\p{Punctuation}\p{Symbol}]/u;

/** Articles that say nothing of a title. */
const ARTICLES = new Set(['a', 'an', 'the']);

/** The first letters of the first two words, or the first letter alone. */
export function initials(title: string): string {
  const words = title.split(/[^\p{Letter}\p{Mark}\p{Number}]+/u).filter((word) => word !== '');
  const telling = words.filter((word) => !ARTICLES.has(word.toLowerCase()));
  const chosen = (telling.length > 0 ? telling : words).slice(0, 2);
  if (chosen.length === 0) return [...new Intl.Segmenter().segment(title.trim())][0]?.segment ?? '';
  return chosen.map((word) => [...new Intl.Segmenter().segment(word)][0]!.segment.toUpperCase()).join('');
}
