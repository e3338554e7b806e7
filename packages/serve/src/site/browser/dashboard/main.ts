import type { RecommenderStatus } from '../../../recommender.js';
import { ApiError, callApi } from '../common/api.js';
import { byId } from '../common/element.js';
import { explainError } from '../common/explain-error.js';
import { formatNumber, formatSeconds, formatShare } from '../common/format.js';
import { ARMS } from './arms.js';
import { showArms } from './arms-table.js';
import { Chart } from './chart.js';
import { showFigures, showRecords } from './figures.js';
import { alertsOf, levelOf } from './health.js';
import { aroundValues, fromZero } from './ranges.js';
import { showAlerts, showState } from './state-view.js';
import { StatusHistory } from './status-history.js';
import { showTiles } from './tiles.js';

/** Time between an answer and the next question. */
const POLL_INTERVAL_MS = 1_000;

const history = new StatusHistory();
let isPaused = false;

const traffic = new Chart(byId('traffic'), {
  label: 'Decisions and feedback per second',
  lines: [
    { label: 'Decisions', color: '--series-1', isFilled: true },
    { label: 'Feedback', color: '--series-2', dash: [6, 3] },
  ],
  range: fromZero(1),
  format: formatNumber,
});
const reward = new Chart(byId('reward'), {
  label: 'Reward per session by policy',
  lines: ARMS,
  hasBands: true,
  range: aroundValues,
  format: formatNumber,
});
const weight = new Chart(byId('weight'), {
  label: 'Share of the pre-trained policy',
  lines: [{ label: 'Pre-trained', color: '--series-1', isFilled: true }],
  range: () => [0, 1],
  format: formatShare,
});
const lag = new Chart(byId('lag'), {
  label: 'Learner lag in seconds',
  lines: [{ label: 'Lag', color: '--series-3', isFilled: true }],
  range: fromZero(1),
  format: formatSeconds,
  formatTick: formatNumber,
});

function draw(): void {
  const { samples } = history;
  const times = samples.map(({ atMs }) => atMs / 1_000);
  const column = (value: (status: RecommenderStatus) => number | null): (number | null)[] =>
    samples.map(({ status }) => (status === undefined ? null : value(status)));
  traffic.update(times, [{ values: history.rates('decisions') }, { values: history.rates('feedback') }]);
  reward.update(
    times,
    ARMS.map(({ name }) => ({
      values: column(({ arms }) => arms[name].reward),
      lower: column(({ arms }) => arms[name].lower),
      upper: column(({ arms }) => arms[name].upper),
    })),
  );
  weight.update(times, [{ values: column((status) => status.weight) }]);
  lag.update(times, [{ values: column(({ lagSeconds }) => lagSeconds) }]);
  const { latest } = history;
  if (latest === undefined) return;
  showTiles(byId('overview'), history);
  showArms(byId('arms').querySelector('tbody')!, latest.arms);
  showRecords(byId('records'), latest);
  byId('no-figures').hidden = showFigures(byId('figures'), latest.figures);
}

/** Whether the server can decide and store. It says no with the status 503. */
async function askReadiness(): Promise<boolean> {
  try {
    await callApi('GET', '/readyz');
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 503) return false;
    throw error;
  }
}

async function poll(): Promise<void> {
  try {
    const status = await callApi<RecommenderStatus>('GET', '/v1/status');
    const isReady = await askReadiness();
    if (isPaused) return;
    history.add({ atMs: now(), status });
    const alerts = alertsOf(status, isReady);
    const words = { ok: 'Live', warning: 'Live, with warnings', error: isReady ? 'Live, with errors' : 'Not ready' };
    const level = levelOf(alerts);
    showState(level, words[level]);
    showAlerts(byId('alerts'), alerts);
  } catch (error) {
    if (isPaused) return;
    history.add({ atMs: now(), status: undefined });
    const { text, isTemporary } = explainError(error);
    // The person has closed the form for the token: it does not come back by itself.
    if (!isTemporary) setPaused(true);
    showState('error', isTemporary ? 'No answer' : 'Refused');
    const more = isTemporary ? ' The page asks again every second; figures below are the last known.' : '';
    showAlerts(byId('alerts'), [{ level: 'error', cause: 'no-answer', text: `${text}${more}` }]);
  }
  draw();
}

/** Milliseconds since 1970, by a clock that never goes back. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

async function pollForever(): Promise<void> {
  for (;;) {
    if (!isPaused) await poll();
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
}

const pause = byId<HTMLButtonElement>('pause');

function setPaused(paused: boolean): void {
  isPaused = paused;
  pause.textContent = paused ? 'Resume' : 'Pause';
}

pause.addEventListener('click', () => {
  setPaused(!isPaused);
  showState('pending', isPaused ? 'Paused' : 'Connecting');
});

pollForever();
