/** The scripts that tests use. */
declare module '*/entry-points.mjs' {
  export function entryPointsOf(
    name: string,
  ): { readonly path: string; readonly types: string; readonly code: string }[];
}
declare module '*/api-snapshot.mjs' {
  export function apiSnapshots(names: readonly string[]): ReadonlyMap<string, string>;
}
