import type { Architecture } from './network-options.js';
import type { ParameterSpec } from './parameters.js';

/** The tensors of the heads, in the order of the weights. */
export function headParameters({ items, hidden, heads, itemOptimizer }: Architecture): ParameterSpec[] {
  const overItems = (table: string): ParameterSpec[] => [
    { name: table, rows: items, columns: hidden, itemAxis: 0 },
    // One long vector with the other parameters, unless items have an optimiser of their own.
    { name: `${table}Bias`, rows: 1, columns: items, ...(itemOptimizer && { itemAxis: 1 }) },
  ];
  return [
    ...(heads.includes('actor') ? overItems('actor') : []),
    ...(heads.includes('value')
      ? [
          { name: 'critic', rows: 1, columns: hidden },
          { name: 'criticBias', rows: 1, columns: 1 },
        ]
      : []),
    ...(heads.includes('q') ? overItems('q') : []),
  ];
}
