import { InvalidLogError } from '../errors.js';
import type { InteractionLog } from '../interaction-log.js';
import type { BanditLog, ModelledBanditLog } from '../ope/bandit-log.js';
import type { TrajectoryLog } from '../ope/trajectories.js';
import { validateLog } from '../validate-log.js';
import type { LogTable } from './log-table.js';

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
 * @param judged columns of the policy that is judged, where the table itself has none: `target`, and what a model predicts.
 * @throws {InvalidLogError} where a column is missing.
 */
export function banditLogOf(table: LogTable, judged: Partial<ModelledBanditLog> = {}): BanditLog | ModelledBanditLog {
  const columns = { ...table.columns, ...judged };
  const log = {
    reward: requireColumn(table, 'reward'),
    propensity: requireColumn(table, 'propensity'),
    target: judged.target ?? requireColumn(table, 'target'),
  };
  const { predicted, predictedTarget } = columns;
  if (predicted === undefined && predictedTarget === undefined) return log;
  return {
    ...log,
    predicted: predicted ?? requireColumn(table, 'predicted'),
    predictedTarget: predictedTarget ?? requireColumn(table, 'predictedTarget'),
  };
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

function requireColumn({ columns }: LogTable, name: string): Float64Array {
  const column = columns[name];
  if (column !== undefined) return column;
  throw new InvalidLogError(name, undefined, `only ${Object.keys(columns).join(', ')}`, 'such a column');
}
