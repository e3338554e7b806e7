import type { RecommenderStatus } from '../../../recommender.js';
import { element } from '../common/element.js';
import { formatCount, formatNumber, formatShare, wordsOf } from '../common/format.js';

/** Shows what came of the feedback, and what is wrong with the records. */
export function showRecords(place: HTMLElement, status: RecommenderStatus): void {
  const { feedback, lateFeedback, unmatchedFeedback, repeatedFeedback, damagedEvents, unloggedDecisions } = status;
  const ofFeedback = (count: number): string =>
    feedback > 0 && count > 0 ? `${formatCount(count)} (${formatShare(count / feedback)})` : formatCount(count);
  place.replaceChildren(
    figure('Feedback accepted', formatCount(feedback)),
    figure('Late feedback', ofFeedback(lateFeedback), 'after its window had closed'),
    figure('Unmatched feedback', ofFeedback(unmatchedFeedback), 'to no known decision'),
    figure('Repeated feedback', ofFeedback(repeatedFeedback), 'known already'),
    figure('Damaged events', formatCount(damagedEvents), 'could not be read', damagedEvents > 0),
    figure('Unlogged decisions', formatCount(unloggedDecisions), 'of this process', unloggedDecisions > 0),
  );
}

/** Shows the figures that the learner reports, by name. Returns whether there are any. */
export function showFigures(place: HTMLElement, figures: RecommenderStatus['figures']): boolean {
  const entries = Object.entries(figures).sort(([one], [other]) => one.localeCompare(other, 'en'));
  place.replaceChildren(
    ...entries.map(([name, value]) => figure(wordsOf(name), value === null ? '–' : formatNumber(value))),
  );
  return entries.length > 0;
}

function figure(name: string, value: string, note?: string, isWrong = false): HTMLElement {
  const term = element('dt', { text: name });
  if (note !== undefined) term.append(element('small', { text: note }));
  return element('div', { class: isWrong ? 'wrong' : '' }, term, element('dd', { text: value }));
}
