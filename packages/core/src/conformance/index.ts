/** Helpers of the conformance suites that the packages publish, and for suites of your own. */
export {
  type AsyncConformanceCheck,
  type ConformanceCheck,
  ConformanceError,
  checkRefusal,
  checkRule,
  inconclusive,
} from './checks.js';
