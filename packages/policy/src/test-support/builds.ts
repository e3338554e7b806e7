/** The same tests on every build of the kernels. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Build, fastestBuild, preferBuild } from '../engine/kernels.js';
import { nativeAddon } from '../engine/native-addon.js';

const BUILDS: readonly Build[] = ['portable', 'fused', 'native'];

/** Why a build does not run here; undefined if it does. */
function reasonAgainst(build: Build): string | undefined {
  if (build === 'fused' && fastestBuild() !== 'fused') return 'this runtime has no relaxed SIMD';
  if (build !== 'native') return undefined;
  try {
    nativeAddon();
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : error} In this repository: npm run build:native.`;
  }
}

/** Registers tests once for each build that runs here: networks that name no build get this one. Others are left out, with the reason. */
export function describeBuilds(body: (build: Build) => void): void {
  for (const build of BUILDS) {
    const reason = reasonAgainst(build);
    describe(`kernels '${build}'`, () => {
      if (reason !== undefined) {
        test('this build', ({ skip }) => skip(reason));
        return;
      }
      beforeAll(() => preferBuild(build));
      afterAll(() => preferBuild(undefined));
      // Some networks are made while the tests are registered.
      preferBuild(build);
      try {
        body(build);
      } finally {
        preferBuild(undefined);
      }
    });
  }
}
