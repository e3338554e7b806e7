/** Edits between a misspelt name and the one that was meant. */
const MAX_EDITS = 2;

/** The name that a misspelt one most likely stands for, at most two edits away. */
export function nearestName(found: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, edits: editDistance(found.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const [nearest] = ranked;
  return nearest !== undefined && nearest.edits <= MAX_EDITS ? nearest.name : undefined;
}

/** Levenshtein distance: insertions, deletions and replacements of one character. */
function editDistance(first: string, second: string): number {
  let row = Array.from({ length: second.length + 1 }, (_, k) => k);
  for (let i = 1; i <= first.length; i++) {
    const next = [i];
    for (let j = 1; j <= second.length; j++) {
      const replaced = row[j - 1] + Number(first[i - 1] !== second[j - 1]);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[second.length];
}
