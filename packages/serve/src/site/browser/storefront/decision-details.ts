import { element } from '../common/element.js';
import { formatShare } from '../common/format.js';
import { titleOf } from './cover.js';
import type { Item, Slate } from './types.js';

/** Shows how a slate came about: the decision, the version of the policy, and with which propensity it chose each item. */
export function showDecision(
  place: HTMLElement,
  { decision, policy, logged, items }: Slate,
  shown: readonly Item[],
): void {
  const rows = items.map(({ propensity }, k) =>
    element(
      'tr',
      {},
      element('td', { class: 'number', text: String(k + 1) }),
      element('th', { text: titleOf(shown[k]!), attributes: { scope: 'row', dir: 'auto' } }),
      element('td', { class: 'number', text: formatShare(propensity) }),
    ),
  );
  const header = ['Place', 'Item', 'Propensity'].map((text, k) =>
    element('th', { text, ...(k !== 1 && { class: 'number' }), attributes: { scope: 'col' } }),
  );
  place.replaceChildren(
    element(
      'dl',
      { class: 'figures' },
      ...pair('Policy version', String(policy)),
      ...pair('Decision', decision),
      ...pair('In the event log', logged ? 'yes' : 'no, so nothing is learned from it'),
    ),
    element('table', {}, element('thead', {}, element('tr', {}, ...header)), element('tbody', {}, ...rows)),
    element('p', {
      class: 'muted',
      text: 'The propensity is the probability with which the policy chose an item at its place, given the items before it.',
    }),
  );
}

function pair(name: string, value: string): [HTMLElement] {
  return [element('div', {}, element('dt', { text: name }), element('dd', { text: value }))];
}
