import { byId, element } from '../common/element.js';
import type { Alert, Level } from './health.js';

/** How urgent the state of the page and the server is: also before the first answer, and while the page does not ask. */
export type StateLevel = Level | 'pending';

/** Shows the state in a word or two. */
export function showState(level: StateLevel, text: string): void {
  byId('state').dataset['level'] = level;
  const place = byId('state-text');
  // Only changes are announced.
  if (place.textContent !== text) place.textContent = text;
}

/** Shows what needs attention. An alert that goes on stays where it is, so that only new ones are announced. */
export function showAlerts(list: HTMLElement, alerts: readonly Alert[]): void {
  const shown = new Map(
    [...list.children].map((child) => [(child as HTMLElement).dataset['cause'], child as HTMLElement]),
  );
  for (const [cause, child] of shown) if (!alerts.some((alert) => alert.cause === cause)) child.remove();
  for (const alert of alerts) {
    const child = shown.get(alert.cause);
    if (child === undefined) list.append(entryOf(alert));
    else child.querySelector('span:last-child')!.textContent = alert.text;
  }
}

function entryOf({ level, cause, text }: Alert): HTMLElement {
  const name = level === 'error' ? 'Error' : 'Warning';
  return element(
    'li',
    { attributes: { 'data-level': level, 'data-cause': cause } },
    element('strong', { text: name }),
    // The extent changes every second: it is shown, and not announced again.
    element('span', { text, attributes: { 'aria-live': 'off' } }),
  );
}
