import type { DeploymentRules } from './rules.js';
import type { DecisionOutcome, GivenReward, OpenDecision } from './visit.js';

/** The rewards that count, by the rule of the deployment. */
function countedRewards(
  rewards: ReadonlyMap<string, GivenReward>,
  rule: Required<DeploymentRules>['rewards'],
): GivenReward[] {
  const all = [...rewards.values()];
  if (rule === 'sum') return all;
  if (rule === 'first') return all.slice(0, 1);
  return [...new Map(all.map((given) => [given.item, given])).values()];
}

/** The reward of each item of a decision, and of the slate as a whole. */
function rewardsByItem({ event, rewards }: OpenDecision, rule: Required<DeploymentRules>['rewards']) {
  const byItem = new Float64Array(event.items.length);
  let ofSlate = 0;
  const counted = countedRewards(rewards, rule);
  for (const { item, reward } of counted) {
    const position = event.items.length === 1 ? 0 : item === undefined ? -1 : event.items.indexOf(item);
    if (position === -1) ofSlate += reward;
    else byItem[position] += reward;
  }
  return { byItem, ofSlate, isKnown: counted.length > 0 };
}

/** The feedback to each item of a decision as a policy sees it: a reward for the slate as a whole is in equal parts that of all its items. */
export function itemFeedback(decision: OpenDecision, rule: Required<DeploymentRules>['rewards']): Float64Array {
  const { byItem, ofSlate } = rewardsByItem(decision, rule);
  return byItem.map((reward) => reward + ofSlate / byItem.length);
}

/** What a decision has earned so far. */
export function outcomeOf(
  decision: OpenDecision,
  { rewards, defaultReward }: Pick<Required<DeploymentRules>, 'rewards' | 'defaultReward'>,
): DecisionOutcome {
  const { byItem, ofSlate, isKnown } = rewardsByItem(decision, rewards);
  if (!isKnown) return { reward: defaultReward, choice: -1 };
  let choice = -1;
  let sum = ofSlate;
  for (const [position, reward] of byItem.entries()) {
    sum += reward;
    if (reward > (choice === -1 ? 0 : byItem[choice])) choice = position;
  }
  return { reward: sum, choice };
}
