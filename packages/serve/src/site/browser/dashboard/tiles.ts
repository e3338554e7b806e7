import { element } from '../common/element.js';
import { formatCount, formatNumber, formatSeconds, formatShare } from '../common/format.js';
import type { StatusHistory } from './status-history.js';

/** A figure of the overview. */
interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

/** Shows the figures at present as tiles. */
export function showTiles(place: HTMLElement, history: StatusHistory): void {
  const tiles = tilesOf(history);
  const made = tiles.map(({ name, value, note }) =>
    element(
      'div',
      {},
      element('dt', { text: name }),
      element('dd', { text: value }),
      element('dd', { class: 'note', text: note }),
    ),
  );
  place.replaceChildren(...made);
}

function tilesOf(history: StatusHistory): Tile[] {
  const status = history.latest;
  if (status === undefined) return [];
  const { decisions, feedback, learned, policy, updates, lagSeconds, weight, openSessions, openDecisions, items } =
    status;
  const updateRate = history.rate('updates');
  const observed = status.agreement === null ? [] : [agreementTile(status.agreement, status.mode)];
  return [
    {
      name: 'Decisions per second',
      value: optional(history.rate('decisions')),
      note: `${formatCount(decisions)} in all`,
    },
    { name: 'Feedback per second', value: optional(history.rate('feedback')), note: `${formatCount(feedback)} in all` },
    { name: 'Learned from', value: formatCount(learned), note: 'decisions' },
    {
      name: 'Policy version',
      value: formatCount(policy),
      note: `${formatCount(updates)} updates${updateRate === null ? '' : `, ${formatNumber(updateRate * 60)} a minute`}`,
    },
    {
      name: 'Learner lag',
      value: lagSeconds === null ? '–' : formatSeconds(lagSeconds),
      note: lagSeconds === null ? 'no learner known' : 'behind the log',
    },
    {
      name: 'Pre-trained share',
      value: weight === null ? '–' : formatShare(weight),
      note: weight === null ? 'no gate' : 'set by the gate',
    },
    {
      name: 'Open sessions',
      value: formatCount(openSessions),
      note: `${formatCount(openDecisions)} decisions await feedback`,
    },
    { name: 'Items on offer', value: formatCount(items), note: `mode ${status.mode}` },
    ...observed,
  ];
}

function agreementTile(agreement: number, mode: string): Tile {
  return { name: 'Agreement', value: formatShare(agreement), note: `with what is shown, mode ${mode}` };
}

function optional(value: number | null): string {
  return value === null ? '–' : formatNumber(value);
}
