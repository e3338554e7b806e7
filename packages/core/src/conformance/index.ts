export type { VersionedInterface } from '../checks/interface-versions.js';
/** Helpers for conformance suites, for those of the packages and your own: the exports of `@ialp/core/testing`. */
export {
  type AsyncConformanceCheck,
  type ConformanceCheck,
  ConformanceError,
  checkRefusal,
  checkRule,
  inconclusive,
} from './checks.js';
export { denseMasks, exclusionsOfMasks } from './dense-masks.js';
export { ofVersion2, versionCheck } from './version-checks.js';
