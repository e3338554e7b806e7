/**
 * Puts values in the places of a template, `{name}`. What is put in is not searched again: a value that reads like a
 * place stays as it is.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

/**
 * A text as one quoted line: a JSON string in which angle brackets and every kind of line break are escaped as well. It
 * can end neither its line, nor its quotation marks, nor the tags around it.
 */
export function quoteText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>\u0085\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
