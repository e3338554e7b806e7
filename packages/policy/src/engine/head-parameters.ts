import { PROJECTION } from './item-projection.js';
import { type Architecture, tableWidthOf } from './network-options.js';
import type { ParameterSpec } from './parameters.js';

/** The tensors of the heads, in the order of the weights. */
export function headParameters(architecture: Architecture): ParameterSpec[] {
  const { items, hidden, heads, itemOptimizer, tiedItems } = architecture;
  const overItems = (table: string): ParameterSpec[] => [
    { name: table, rows: items, columns: hidden, itemAxis: 0 },
    biasOf(table),
  ];
  // With the other parameters, unless items have an optimiser of their own.
  const biasOf = (table: string): ParameterSpec => ({
    ...{ name: `${table}Bias`, rows: 1, columns: items },
    ...(itemOptimizer && { itemAxis: 1 }),
  });
  const tied = [{ name: PROJECTION, rows: hidden, columns: tableWidthOf(architecture) }, biasOf('actor')];
  return [
    ...(heads.includes('actor') ? (tiedItems ? tied : overItems('actor')) : []),
    ...(heads.includes('value')
      ? [
          { name: 'critic', rows: 1, columns: hidden },
          { name: 'criticBias', rows: 1, columns: 1 },
        ]
      : []),
    ...(heads.includes('q') ? overItems('q') : []),
  ];
}
