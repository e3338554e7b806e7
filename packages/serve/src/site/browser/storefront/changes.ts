import { element } from '../common/element.js';
import { titleOf } from './cover.js';
import type { Kinds } from './kinds.js';
import type { Item, ShownSlate } from './types.js';
import type { Visit } from './visit.js';

/** Slates in the picture, besides the first. */
const RECENT = 7;
/** Kinds in the legend. */
const MAX_LEGEND = 6;

/** Shows how the slates of a visit have changed: a row for each, a square for each item, coloured by kind, and what was chosen. */
export function showChanges(place: HTMLElement, visit: Visit, kinds: Kinds | undefined): void {
  const { slates } = visit;
  if (slates.length === 0) {
    place.replaceChildren(element('p', { class: 'muted', text: 'The first recommendations are on their way.' }));
    return;
  }
  const rows = rowsOf(visit).map(({ slate, number }) => rowOf(slate, number, kinds));
  const list = element('ol', { class: 'strips', attributes: { 'aria-label': 'Slates, the first one first' } }, ...rows);
  const legend = kinds === undefined ? [] : legendOf(slates, kinds);
  place.replaceChildren(element('p', { text: summaryOf(visit, kinds) }), list, ...legend);
}

/** The first slate and the last ones, with their numbers. */
function rowsOf({ slates, shown }: Visit): { readonly slate: ShownSlate; readonly number: number }[] {
  const numbered = slates.map((slate, k) => ({ slate, number: k === 0 ? 1 : shown - slates.length + k + 1 }));
  return numbered.length > RECENT + 1 ? [numbered[0]!, ...numbered.slice(-RECENT)] : numbered;
}

function rowOf({ items, chosen }: ShownSlate, number: number, kinds: Kinds | undefined): HTMLLIElement {
  const squares = items.map((item) => {
    const kind = kinds?.kindOf(item);
    const isChosen = item.id === chosen?.id;
    const square = element('span', {
      class: isChosen ? 'square chosen' : 'square',
      attributes: { title: kind === undefined ? titleOf(item) : `${titleOf(item)} (${kind})` },
    });
    if (kind !== undefined) square.style.setProperty('--hue', String(kinds!.hueOf(kind)));
    else square.classList.add('plain');
    return square;
  });
  const spoken = `Slate ${number}: ${describeSlate(items, kinds)}. ${chosen === undefined ? 'Nothing chosen.' : `Chosen: ${titleOf(chosen)}.`}`;
  return element(
    'li',
    {},
    element('span', { class: 'hidden-text', text: spoken }),
    element('span', { class: 'strip-number', text: String(number), attributes: { 'aria-hidden': 'true' } }),
    element('span', { class: 'strip', attributes: { 'aria-hidden': 'true' } }, ...squares),
  );
}

function describeSlate(items: readonly Item[], kinds: Kinds | undefined): string {
  if (kinds === undefined) return `${items.length} items`;
  return countKinds(items, kinds)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

/** Kinds by the number of their items, the most frequent first. */
function countKinds(items: readonly Item[], kinds: Kinds): [kind: string, count: number][] {
  const counts = new Map<string, number>();
  for (const item of items) {
    const kind = kinds.kindOf(item);
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one);
}

/** What has changed, in a sentence or two. */
export function summaryOf(
  { slates, chosen, shown }: Pick<Visit, 'slates' | 'chosen' | 'shown'>,
  kinds: Kinds | undefined,
): string {
  if (chosen.length === 0) return 'Choose something, and compare the next slates with the first.';
  const picked = kinds && new Set(chosen.map(kinds.kindOf).filter((kind) => kind !== undefined));
  if (kinds === undefined || picked === undefined || picked.size === 0) {
    return `You chose something from ${chosen.length} of ${Math.max(shown, chosen.length)} slates.`;
  }
  const share = ({ items }: ShownSlate): string => {
    const count = items.filter((item) => picked.has(kinds.kindOf(item) ?? '')).length;
    return `${count} of ${items.length}`;
  };
  const names = [...picked].slice(-3);
  const more = picked.size - names.length;
  const label = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `Like your choices (${label}): ${share(slates[0]!)} in the first slate, ${share(slates.at(-1)!)} now.`;
}

function legendOf(slates: readonly ShownSlate[], kinds: Kinds): HTMLElement[] {
  const counts = countKinds(
    slates.flatMap(({ items }) => items),
    kinds,
  );
  const entries = counts.slice(0, MAX_LEGEND).map(([kind]) => {
    const square = element('span', { class: 'square', attributes: { 'aria-hidden': 'true' } });
    square.style.setProperty('--hue', String(kinds.hueOf(kind)));
    return element('li', {}, square, element('span', { text: kind, attributes: { dir: 'auto' } }));
  });
  return [
    element('ul', { class: 'legend', attributes: { 'aria-label': `Colours by ${kinds.attribute}` } }, ...entries),
  ];
}
