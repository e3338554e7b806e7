import type { Architecture } from './network-options.js';
import type { ParameterSpec } from './parameters.js';

/** The tensors of the heads, in the order of the weights. */
export function headParameters({ items, hidden, heads }: Architecture): ParameterSpec[] {
  const overItems = (table: string): ParameterSpec[] => [
    { name: table, rows: items, columns: hidden, perItem: true },
    { name: `${table}Bias`, rows: 1, columns: items },
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
