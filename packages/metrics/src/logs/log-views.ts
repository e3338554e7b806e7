import type { InteractionLog, LogTable } from '@ialp/core/log';
import { InvalidLogError } from '../errors.js';
import type { BanditLog, ModelledBanditLog } from '../ope/bandit-log.js';
import type { TrajectoryLog } from '../ope/trajectories.js';
import { validateLog } from '../validate-log.js';

/**
 * A table as what the measures of sessions read. Needs the columns `session` (any numbers or text) and `reward`. Where there is neither
 * `terminated` nor `truncated`, sessions are taken to be whole: the last row of each is its end.
 * @throws {InvalidLogError} where a column is missing or says what cannot be.
 */
export function interactionLogOf(table: LogTable): InteractionLog {
  const given = requireColumn(table, 'session');
  const reward = Float32Array.from(requireColumn(table, 'reward'));
  const numbers = new Map<number, number>();
  const last = new Map<number, number>();
  const session = Int32Array.from(given, (name, row) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    last.set(number, row);
    return number;
  });
  const truncated = Uint8Array.from(table.columns['truncated'] ?? new Float64Array(table.rows));
  const terminated = Uint8Array.from(table.columns['terminated'] ?? new Float64Array(table.rows));
  if (table.columns['terminated'] === undefined && table.columns['truncated'] === undefined) {
    for (const row of last.values()) truncated[row] = 1;
  }
  const log = { session, reward, terminated, truncated };
  validateLog(log);
  return log;
}

/**
 * A table as what off-policy estimators read: `reward`, `propensity` and `target`; `predicted` and `predictedTarget` where it has them.
 * @param judged columns of another policy than the table's own: `target`, and `predictedTarget`, what a model predicts under that policy.
 *   The table's `predictedTarget` is of its own `target`, so with another `target` alone the log has no model.
 * @throws {InvalidLogError} where a column is missing.
 */
export function banditLogOf(table: LogTable, judged: Partial<ModelledBanditLog> = {}): BanditLog | ModelledBanditLog {
  const { columns } = table;
  const target = judged.target ?? requireColumn(table, 'target');
  const log = { reward: requireColumn(table, 'reward'), propensity: requireColumn(table, 'propensity'), target };
  const predicted = judged.predicted ?? columns['predicted'];
  const predictedTarget =
    judged.predictedTarget ?? (judged.target === undefined ? columns['predictedTarget'] : undefined);
  const hasModel =
    judged.target === undefined ? (predicted ?? predictedTarget) : (judged.predicted ?? judged.predictedTarget);
  if (hasModel === undefined) return log;
  return {
    ...log,
    predicted: predicted ?? requireColumn(table, 'predicted'),
    predictedTarget: predictedTarget ?? missingModel(table, judged),
  };
}

/**
 * The same for the direct method and the doubly robust estimators.
 * @throws {InvalidLogError} also where `predicted` is missing, or `predictedTarget` for the policy that is judged.
 */
export function modelledBanditLogOf(table: LogTable, judged: Partial<ModelledBanditLog> = {}): ModelledBanditLog {
  const log = banditLogOf(table, judged);
  if ('predicted' in log) return log;
  requireColumn(table, 'predicted');
  return missingModel(table, judged);
}

/**
 * The same with the trajectory of each row: the column `trajectory`, or else `session`.
 * @throws {InvalidLogError} where a column is missing.
 */
export function trajectoryLogOf(
  table: LogTable,
  judged: Partial<ModelledBanditLog> = {},
): TrajectoryLog & (BanditLog | ModelledBanditLog) {
  const trajectory = table.columns['trajectory'] ?? requireColumn(table, 'session');
  return { ...banditLogOf(table, judged), trajectory };
}

/** @throws {InvalidLogError} always: there is no `predictedTarget` for the policy that is judged. */
function missingModel(table: LogTable, { target }: Partial<ModelledBanditLog>): never {
  if (target === undefined) requireColumn(table, 'predictedTarget');
  throw new InvalidLogError(
    'predictedTarget',
    undefined,
    "that of the table's own target alone",
    'what the model predicts under the policy that is judged, given with its target',
  );
}

function requireColumn({ columns }: LogTable, name: string): Float64Array {
  const column = columns[name];
  if (column !== undefined) return column;
  throw new InvalidLogError(name, undefined, `only ${Object.keys(columns).join(', ')}`, 'such a column');
}
