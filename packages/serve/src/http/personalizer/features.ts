/** Deepest nesting of features, and most of them, that are read: requests may contain anything. */
const MAX_DEPTH = 5;
const MAX_FEATURES = 200;
const MAX_VALUE = 1_000;
/** Characters of all names and values that are read: text encoders read fewer. */
const MAX_CHARACTERS = 6_000;

/** One feature: a path of names, such as `['food', 'taste']`, and its value as text. */
interface Feature {
  readonly path: readonly string[];
  readonly value: string;
}

/** An action as an item of the catalogue, without its id. */
export interface ActionDescription {
  readonly title?: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/**
 * Describes an action by its features: the text lists them as `spice level: medium; price: 4`, the attributes have them by name, nested names
 * joined by dots. A feature `title` or `name` is the title.
 * @param features the features of an action, as Personalizer takes them: dictionaries, nested or not, of text, numbers, booleans and lists.
 */
export function describeAction(features: readonly unknown[]): ActionDescription {
  const values = new Map<string, string[]>();
  const words: string[] = [];
  let title: string | undefined;
  for (const { path, value } of flatten(features)) {
    const name = path.join('.');
    const list = values.get(name);
    if (list === undefined) values.set(name, [value]);
    else if (!list.includes(value)) list.push(value);
    const last = path.at(-1);
    if (last === undefined) words.push(value);
    else words.push(`${readable(last)}: ${value}`);
    if (last === 'title' || last === 'name') title ??= value;
  }
  values.delete('');
  return { ...(title !== undefined && { title }), text: words.join('; '), attributes: Object.fromEntries(values) };
}

/**
 * Looks up a context feature as an id.
 * @param name name of the feature, nested names joined by dots.
 * @returns its value as text; undefined if there is no such feature, or it is no text, number or boolean.
 */
export function contextFeature(contextFeatures: readonly unknown[], name: string): string | undefined {
  for (const dictionary of contextFeatures) {
    let value: unknown = dictionary;
    for (const part of name.split('.'))
      value = isDictionary(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    const text = textOf(value);
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}

function flatten(features: readonly unknown[]): Feature[] {
  const found: Feature[] = [];
  let characters = 0;
  const visit = (value: unknown, path: readonly string[], depth: number): void => {
    if (found.length >= MAX_FEATURES || depth > MAX_DEPTH) return;
    const text = textOf(value)?.slice(0, MAX_VALUE);
    if (text !== undefined) {
      characters += text.length + path.reduce((sum, name) => sum + name.length + 1, 0);
      if (characters <= MAX_CHARACTERS) found.push({ path, value: text });
    } else if (Array.isArray(value)) for (const each of value) visit(each, path, depth + 1);
    else if (isDictionary(value))
      for (const [name, each] of Object.entries(value)) visit(each, [...path, name], depth + 1);
  };
  visit(features, [], 0);
  return found;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function isDictionary(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `spiceLevel` and `spice_level` as `spice level`. */
function readable(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
}
