/** Properties and attributes of a new element. Text is set as text: nothing in it is read as HTML. */
export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  /** Attributes; undefined ones are left out. */
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

/** Makes an element. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: ElementOptions = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  for (const [name, value] of Object.entries(options.attributes ?? {})) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  if (options.text !== undefined) made.textContent = options.text;
  made.append(...children);
  return made;
}

/** The element of the page with an id. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element #${id}.`);
  return found as Kind;
}
