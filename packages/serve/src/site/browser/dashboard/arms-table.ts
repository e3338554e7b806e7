import type { ArmStatus, RecommenderStatus } from '../../../recommender.js';
import { element } from '../common/element.js';
import { formatCount, formatDecimals } from '../common/format.js';
import { ARMS } from './arms.js';

/** Shows the rewards of the policies with their intervals, as rows of a table with a picture of the intervals on one scale. */
export function showArms(body: HTMLElement, arms: RecommenderStatus['arms']): void {
  const scale = scaleOf(Object.values(arms));
  const rows = ARMS.map(({ name, label, note, color }) => {
    const arm = arms[name];
    const header = element('th', { attributes: { scope: 'row' } }, label, element('small', { text: note }));
    const interval =
      arm.lower === null || arm.upper === null ? '–' : `${decimals(arm.lower)} to ${decimals(arm.upper)}`;
    const picture = element('td', { class: 'wide' });
    if (arm.reward !== null) picture.append(intervalOf(arm, scale, color));
    return element(
      'tr',
      { class: arm.sessions === 0 ? 'empty' : '' },
      header,
      element('td', { class: 'number', text: formatCount(arm.sessions) }),
      element('td', { class: 'number', text: arm.reward === null ? '–' : decimals(arm.reward) }),
      element('td', { class: 'number', text: interval }),
      picture,
    );
  });
  body.replaceChildren(...rows);
}

/** Ends of a scale that holds all rewards, and intervals at most as wide as three times what the rewards need. */
function scaleOf(arms: readonly ArmStatus[]): readonly [number, number] {
  const rewards = arms.map(({ reward }) => reward).filter((reward) => reward !== null);
  if (rewards.length === 0) return [0, 1];
  const [low, high] = [Math.min(...rewards), Math.max(...rewards)];
  const most = Math.max(1.5 * (high - low), 0.5 * Math.abs(high), 1e-3);
  const lower = arms.map((arm) => arm.lower).filter((end) => end !== null);
  const upper = arms.map((arm) => arm.upper).filter((end) => end !== null);
  return [Math.max(low - most, Math.min(low, ...lower)), Math.min(high + most, Math.max(high, ...upper))];
}

function intervalOf(
  { reward, lower, upper }: ArmStatus,
  [low, high]: readonly [number, number],
  color: string,
): HTMLElement {
  const percent = (value: number): number => (100 * (Math.min(Math.max(value, low), high) - low)) / (high - low || 1);
  const bar = element('span', { class: 'interval', attributes: { 'aria-hidden': 'true' } });
  bar.style.setProperty('--color', `var(${color})`);
  bar.style.setProperty('--from', `${percent(lower ?? reward!)}%`);
  bar.style.setProperty('--to', `${percent(upper ?? reward!)}%`);
  bar.style.setProperty('--mean', `${percent(reward!)}%`);
  return bar;
}

function decimals(value: number): string {
  const size = Math.abs(value);
  return formatDecimals(value, size >= 100 ? 1 : size >= 10 ? 2 : 3);
}
