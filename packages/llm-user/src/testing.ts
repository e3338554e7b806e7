export { type ConformanceCheck, ConformanceError } from './conformance/conformance-check.js';
export { type LanguageModelCheckOptions, languageModelChecks } from './conformance/language-model-checks.js';
export { type PreferenceSourceCheckOptions, preferenceSourceChecks } from './conformance/preference-source-checks.js';
