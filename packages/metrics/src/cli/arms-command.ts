import { parseArgs } from 'node:util';
import { compareArms, selectDecisions } from '../logs/serve/index.js';
import type { SequenceInterval } from '../sequential/confidence-sequence.js';
import { type CommandOutput, numberOption, UsageError } from './context.js';
import { rangeOption } from './interval-option.js';
import { isFolder, readServed, SERVED_HELP, SERVED_OPTIONS, selectionOf } from './served-options.js';
import { jsonText, textTable, withEnds } from './text-table.js';

export const ARMS_HELP = `ialp-metrics arms <folder>: compare the learner of a deployment with its baseline

The folder is the event log of a deployment of @ialp/serve whose option baseline gives a share of the sessions to another
policy. Compares the reward per session, with confidence sequences: the intervals hold however often they are looked at.

  --reward-range <a,b>  smallest and largest possible reward of a session
${SERVED_HELP}
  --confidence <share>  confidence of each interval. Default 0.95
  --json                print the comparison as JSON`;

/** Runs `ialp-metrics arms`. @throws {UsageError} if the arguments are invalid. */
export async function armsCommand(args: readonly string[], { print, say }: CommandOutput): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SERVED_OPTIONS,
      'reward-range': { type: 'string' },
      confidence: { type: 'string', default: '0.95' },
      json: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (positionals.length !== 1) throw new UsageError(`arms: name one folder; found ${positionals.length}.`);
  if (values['reward-range'] === undefined) {
    throw new UsageError('arms: needs --reward-range, the smallest and largest possible reward of a session.');
  }
  const range = rangeOption('reward-range', values['reward-range']);
  const confidence = numberOption('confidence', values.confidence, [0, 1]);
  const selection = selectionOf(values);
  if (!(await isFolder(folder))) throw new UsageError(`arms: expected the folder of an event log; found ${folder}.`);
  const { decisions } = await readServed(folder, values, say);
  const comparison = compareArms(selectDecisions(decisions, selection), { range, confidence });
  if (values.json) {
    print(jsonText(comparison));
    return;
  }
  const { learner, baseline, difference } = comparison;
  print(
    textTable(
      ['reward per session', 'mean', 'sessions'],
      [row('learner', learner), row('baseline', baseline), row('learner - baseline', difference)],
    ),
  );
}

function row(name: string, { mean, lower, upper, count }: SequenceInterval): string[] {
  return [name, mean === null ? '-' : withEnds(mean, lower, upper), count.toLocaleString('en')];
}
