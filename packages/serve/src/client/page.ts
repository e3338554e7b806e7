/** What the client uses of a page in a browser. */
interface Page {
  readonly document?: { readonly visibilityState?: string };
  addEventListener(type: string, listener: () => void, capture: boolean): void;
  removeEventListener(type: string, listener: () => void, capture: boolean): void;
}

const page = globalThis as unknown as Page;

/** Whether this is a page, and not a server or a worker. */
export function isPage(): boolean {
  return page.document !== undefined;
}

/** Calls back when the page is hidden, after which nothing else may ever run in it. Returns a function that stops that. */
export function onPageHidden(callback: () => void): () => void {
  if (!isPage()) return () => {};
  const listen = (): void => {
    if (page.document?.visibilityState === 'hidden') callback();
  };
  const events = [
    ['pagehide', callback],
    ['visibilitychange', listen],
  ] as const;
  for (const [type, listener] of events) page.addEventListener(type, listener, true);
  return () => {
    for (const [type, listener] of events) page.removeEventListener(type, listener, true);
  };
}
