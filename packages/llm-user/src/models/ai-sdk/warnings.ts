type Fields = Readonly<Record<string, unknown>>;

/** What to do about a setting that is not supported, by its name in the AI SDK. */
const ADVICE: Readonly<Record<string, string>> = {
  responseFormat:
    "replies are held to their form by the prompt alone; structuredOutput: 'json_object' or 'none' sends no schema",
  temperature: "leave it out with omitParameters: ['temperature']",
  seed: "leave it out with omitParameters: ['seed']",
  maxOutputTokens: "leave it out with omitParameters: ['maxOutputTokens']",
};

/** The warnings of a result in words. */
export function describeWarnings(warnings: unknown): string[] {
  return fieldsOf(warnings).flatMap((warning) => {
    const setting = settingOf(warning);
    if (isUnsupported(warning) && setting !== undefined)
      return [`the provider does not support ${describe(warning, setting)}`];
    const said = text(warning['message']) ?? text(warning['details']);
    if (setting === undefined) return said === undefined ? [] : [said];
    return [`${setting} (${String(warning['type'])})${said === undefined ? '' : `: ${said}`}`];
  });
}

/** Of the warnings those on settings that the provider does not support, in words. */
export function unsupportedSettings(warnings: unknown): string[] {
  return fieldsOf(warnings).flatMap((warning) => {
    const setting = settingOf(warning);
    return isUnsupported(warning) && setting !== undefined ? [describe(warning, setting)] : [];
  });
}

function describe(warning: Fields, setting: string): string {
  const details = text(warning['details']);
  const advice = Object.hasOwn(ADVICE, setting) ? `: ${ADVICE[setting]}` : '';
  return `${setting}${details === undefined ? '' : ` (${details})`}${advice}`;
}

/** `unsupported-setting` in v2, `unsupported` in v3 and v4. */
function isUnsupported({ type }: Fields): boolean {
  return type === 'unsupported' || type === 'unsupported-setting';
}

function settingOf({ setting, feature }: Fields): string | undefined {
  return text(setting) ?? text(feature);
}

function fieldsOf(warnings: unknown): Fields[] {
  if (!Array.isArray(warnings)) return [];
  return warnings.filter((warning) => typeof warning === 'object' && warning !== null);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
