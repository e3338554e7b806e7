/** An item as `GET /v1/items` lists it. */
export interface Item {
  readonly id: string;
  readonly title?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
}

/** A slate as `POST /v1/recommend` answers it. */
export interface Slate {
  readonly decision: string;
  readonly items: readonly { readonly id: string; readonly propensity: number }[];
  readonly policy: number;
  /** Whether the decision is in the event log. */
  readonly logged: boolean;
}

/** A slate that was shown, and the item that the person chose from it. */
export interface ShownSlate {
  readonly items: readonly Item[];
  chosen?: Item;
}
