import type { GivenReward } from './join-decisions.js';
import type { JoiningRules } from './joining-rules.js';

/** What a slate has earned, and each of its items (`[items]`). A reward of the slate as a whole is in equal parts that of all its items. */
export function rewardsOf(
  items: readonly string[],
  given: readonly GivenReward[],
  { rewards, defaultReward }: Pick<Required<JoiningRules>, 'rewards' | 'defaultReward'>,
): { readonly reward: number; readonly rewards: readonly number[] } {
  const counted = countedRewards(given, rewards);
  if (counted.length === 0) {
    return { reward: defaultReward, rewards: items.map(() => defaultReward / items.length) };
  }
  const byItem = items.map(() => 0);
  let ofSlate = 0;
  for (const { item, reward } of counted) {
    const position = items.length === 1 ? 0 : item === undefined ? -1 : items.indexOf(item);
    if (position === -1) ofSlate += reward;
    else byItem[position] += reward;
  }
  return {
    reward: byItem.reduce((sum, each) => sum + each, ofSlate),
    rewards: byItem.map((each) => each + ofSlate / items.length),
  };
}

/** The rewards that count. */
function countedRewards(
  given: readonly GivenReward[],
  rule: Required<JoiningRules>['rewards'],
): readonly GivenReward[] {
  if (rule === 'sum') return given;
  if (rule === 'first') return given.slice(0, 1);
  return [...new Map(given.map((each) => [each.item, each])).values()];
}
