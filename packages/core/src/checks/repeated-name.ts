/**
 * Finds a repeated name within an object of valid JSON: `JSON.parse` silently uses the last value.
 * @returns the first repeated name, otherwise undefined.
 */
export function repeatedName(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{') open.push(new Set());
    else if (character === '}') open.pop();
    else if (character === '"') {
      const start = at;
      at = endOfText(text, start);
      if (!/[ \t\n\r]*:/y.test(text.slice(at + 1, at + 100))) continue;
      const name = JSON.parse(text.slice(start, at + 1)) as string;
      const names = open[open.length - 1];
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return undefined;
}

/** Index of the closing quote of a string. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
