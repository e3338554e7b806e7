import { ApiError, callApi } from '../common/api.js';
import { byId, element } from '../common/element.js';
import { randomId } from '../common/random-id.js';
import { cardOf } from './card.js';
import { Catalogue } from './catalogue.js';
import { showChanges } from './changes.js';
import { titleOf } from './cover.js';
import { showDecision } from './decision-details.js';
import { findKinds, type Kinds } from './kinds.js';
import { mayHelpToRetry, ProblemMessage } from './problem-message.js';
import type { Item, Slate } from './types.js';
import { Visit } from './visit.js';

/** A call of the server that is still to be made. One that failed is made again, with the same ids. */
type Step = () => Promise<void>;

const { slateSize } = JSON.parse(document.querySelector<HTMLMetaElement>('meta[name=ialp-settings]')!.content) as {
  readonly slateSize: number;
};
const catalogue = new Catalogue();
let kinds: Kinds | undefined;
let visit = Visit.resume();
let isBusy = false;

const list = byId<HTMLUListElement>('slate');
const heading = byId('slate-title');
const announcer = byId('announcer');
const nextButton = byId<HTMLButtonElement>('next');
const newSessionButton = byId<HTMLButtonElement>('new-session');
const problem = new ProblemMessage(byId('problem'));

/** Makes calls in order. If one fails, says why, and continues from there when the person tries again or a wait is over. */
async function run(steps: readonly Step[]): Promise<void> {
  if (isBusy) return;
  setBusy(true);
  const left = [...steps];
  for (;;) {
    try {
      while (left.length > 0) {
        await left[0]!();
        left.shift();
      }
      break;
    } catch (error) {
      if (!mayHelpToRetry(error)) {
        problem.show(error);
        break;
      }
      await problem.untilRetry(error);
    }
  }
  setBusy(false);
}

function setBusy(busy: boolean): void {
  isBusy = busy;
  list.setAttribute('aria-busy', String(busy));
  // A disabled button would lose the focus, so buttons that wait only say so.
  for (const button of [nextButton, newSessionButton]) button.setAttribute('aria-disabled', String(busy));
}

async function recommend(): Promise<void> {
  const given = await callApi<Slate>('POST', '/v1/recommend', { session: visit.session, count: slateSize });
  const items = await catalogue.describe(given.items.map(({ id }) => id));
  kinds ??= findKinds(catalogue.known);
  problem.hide();

  visit.show(items);
  showSlate(given, items);
}

function showSlate(given: Slate, items: readonly Item[]): void {
  const hadFocus = list.contains(document.activeElement);
  list.replaceChildren(...items.map((item, place) => cardOf(item, place, kinds, () => choose(given, item, place))));
  list.style.setProperty('--count', String(items.length));
  showDecision(byId('decision-details'), given, items);
  showVisit();
  if (hadFocus) heading.focus({ preventScroll: true });
  if (list.getBoundingClientRect().top < 0) heading.scrollIntoView({ block: 'start' });
}

function showVisit(): void {
  const { chosen } = visit;
  byId('no-picks').hidden = chosen.length > 0;
  byId('picks').replaceChildren(
    ...chosen.toReversed().map((item) => element('li', { text: titleOf(item), attributes: { dir: 'auto' } })),
  );
  showChanges(byId('changes'), visit, kinds);
}

function choose({ decision }: Slate, item: Item, place: number): void {
  if (isBusy) return;
  list.children[place]?.classList.add('chosen');
  const id = randomId();
  run([
    async () => {
      await sendFeedback({ decision, item: item.id, reward: 1, id });
      visit.choose(item);
    },
    recommend,
    async () => announce(`Chosen: ${titleOf(item)}.`),
  ]);
}

async function sendFeedback(body: { decision: string; item: string; reward: number; id: string }): Promise<void> {
  try {
    await callApi('POST', '/v1/feedback', body);
  } catch (error) {
    // The server does not know the decision any more, such as after a start without stored state: there is nothing to try again.
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
  }
}

/** Says what has changed to those who do not see it. */
function announce(what: string): void {
  const titles = [...list.querySelectorAll('.choose')].map((button) => button.textContent);
  announcer.textContent = `${what} ${titles.length} new recommendations: ${titles.join('; ')}.`;
}

nextButton.addEventListener('click', () => {
  run([recommend, async () => announce('Nothing chosen.')]);
});

newSessionButton.addEventListener('click', () => {
  const { session } = visit;
  run([
    async () => {
      await callApi('POST', `/v1/sessions/${encodeURIComponent(session)}/end`);
      visit = Visit.begin();
    },
    recommend,
    async () => announce('A new session has begun.'),
  ]);
});

showVisit();
run([recommend]);
