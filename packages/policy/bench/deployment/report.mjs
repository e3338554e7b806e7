/** The results of `--deployment` as text. */
import { counted } from '../ratios.mjs';
import { digits, skippedText, table } from '../report.mjs';
import { UPDATE } from './settings.mjs';

const NOTE = `Interactions per second of whole deployments: acting, the environment and learning. A2C, mean, 64 sessions of 20 turns, an update
from ${UPDATE} interactions. Per second: median over rounds; at p10: of the rounds' times, which is what an engine does while nothing else
runs. Reward: mean of the last tenth of the interactions; 0.05 by chance; at best 0.975, as
the first item is a guess between two clusters, or 0.75 with 300 items, of which a user likes 15.`;

export function deploymentText({ machine, deployments, ratios, skipped }) {
  const rows = table(
    ['items', '<engine', 'threads', 'per second', 'at p10', 'ms an update', 'reward', 'interactions'],
    deployments.map(({ items, engine, threads, perSecond, perSecondP10, updateMs, reward, interactions }) => [
      ...[items, engine, threads, perSecond.toFixed(0), perSecondP10.toFixed(0), digits(updateMs)],
      ...[reward.toFixed(3), interactions],
    ]),
  );
  const compared = table(
    ['<times as fast', 'items', 'medians', 'p10'],
    ratios.map(({ what, items, ratio, ratioOfP10 }) => [what, items, ratio.toFixed(2), ratioOfP10.toFixed(2)]),
  );
  const parts = [
    `Node ${machine.node}, ${machine.cpu}, ${counted(machine.threads)}`,
    `DEPLOYMENTS\n${rows}\n\n${NOTE}`,
  ];
  if (ratios.length > 0) parts.push(`RATIOS\n${compared}`);
  if (skipped.length > 0) parts.push(skippedText(skipped));
  return `${parts.join('\n\n')}\n`;
}
