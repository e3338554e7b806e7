/** An action with the probability that it is the one to show. */
export interface RankedAction {
  readonly id: string;
  readonly probability: number;
}

/**
 * Orders actions as the service does: excluded ones stay at their positions, with probability 0; of the others the chosen one comes first, then
 * the more probable ones, ties in the order of the request.
 * @param actions ids in the order of the request.
 * @param chosen id of the action to show.
 * @param probability of each action that is not excluded; 0 if it is not in the map.
 */
export function rankingOf(
  actions: readonly string[],
  excluded: ReadonlySet<string>,
  chosen: string,
  probability: ReadonlyMap<string, number>,
): RankedAction[] {
  const probabilityOf = (id: string): number => probability.get(id) ?? 0;
  const open = actions.filter((id) => !excluded.has(id));
  const others = open.filter((id) => id !== chosen).sort((a, b) => probabilityOf(b) - probabilityOf(a));
  const order = [chosen, ...others].values();
  return actions.map((id) => {
    if (excluded.has(id)) return { id, probability: 0 };
    const next = order.next().value!;
    return { id: next, probability: probabilityOf(next) };
  });
}
