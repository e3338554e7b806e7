/**
 * The first name that an object has twice, in a text of valid JSON: `JSON.parse` takes the last value and does not say.
 * @returns The name, or undefined if no name is repeated.
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

/** Where the quote is that ends a text. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
