/**
 * Whether an error carries the marker of a class: a symbol from the global registry, the same in every copy of this
 * package, which the class and its subclasses have on their prototypes.
 */
export function hasMarker(value: unknown, marker: symbol): boolean {
  return typeof value === 'object' && value !== null && marker in value;
}
