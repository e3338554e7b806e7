import { element } from '../common/element.js';
import { coverOf, titleOf } from './cover.js';
import type { Kinds } from './kinds.js';
import type { Item } from './types.js';

/** Attributes and values of each that a card names. */
const MAX_ATTRIBUTES = 3;
const MAX_VALUES = 3;

/** A card of an item. The whole card can be clicked; the keyboard finds one button, with the title as its name. */
export function cardOf(item: Item, place: number, kinds: Kinds | undefined, onChoose: () => void): HTMLLIElement {
  const title = titleOf(item);
  const aboutId = `about-${place}`;
  const button = element('button', {
    class: 'choose',
    text: title,
    attributes: { type: 'button', dir: 'auto', 'aria-describedby': aboutId },
  });
  button.addEventListener('click', onChoose);
  const tags = tagsOf(item, kinds);
  const text = textOf(item);
  const about = element(
    'div',
    { class: 'about', attributes: { id: aboutId } },
    ...(tags.length > 0 ? [element('p', { class: 'tags' }, ...tags.map((tag) => element('span', { text: tag })))] : []),
    ...(text !== '' ? [element('p', { class: 'text', text, attributes: { dir: 'auto' } })] : []),
  );
  return element(
    'li',
    { class: 'card' },
    coverOf(item, kinds),
    element('h3', { attributes: { title } }, button),
    about,
  );
}

/** The text, without a title at its beginning: the card names it already. */
export function textOf(item: Item): string {
  const [text, title] = [item.text?.trim() ?? '', titleOf(item)];
  if (!text.startsWith(title)) return text;
  const rest = text.slice(title.length);
  // A longer word that begins with the title is not the title.
  if (/^[\p{Letter}\p{Number}]/u.test(rest)) return text;
  const [first = '', ...others] = rest.replace(/^[\s,.:;|–—-]+/u, '');
  return first.toUpperCase() + others.join('');
}

/** Short values of attributes, that of the kind first. */
function tagsOf({ attributes = {} }: Item, kinds: Kinds | undefined): string[] {
  const names = Object.keys(attributes).sort(
    (one, other) => +(other === kinds?.attribute) - +(one === kinds?.attribute),
  );
  const values = names
    .slice(0, MAX_ATTRIBUTES)
    .flatMap((name) => attributes[name]!.slice(0, MAX_VALUES).filter((value) => value.trim() !== ''));
  return [...new Set(values)];
}
