import { show } from '@ialp/core';
import { DatasetError } from '../../errors.js';

/** Where a value is, and what the user can do if it is wrong. */
export interface Place {
  /** Path of the file. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  readonly remedy: string;
}

/** The valid values of a field. */
export interface NumberField {
  /** A description for the message: `a rating from 1 to 5`. */
  readonly expected: string;
  /** The lowest valid value. Default: none. */
  readonly minimum?: number;
  /** The highest valid value. Default: none. */
  readonly maximum?: number;
}

const INTEGER = /^-?\d+$/;
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * An integer written with digits only: `3`, `-3`. Not `3.0`, `3x`, ` 3`, `NaN` or empty text.
 * @throws {DatasetError} for other text, for a value out of range, and for integers of more than 53 bits.
 */
export function parseInteger(text: string, field: NumberField, place: Place): number {
  const value = INTEGER.test(text) ? parseNumber(text, field, place) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw wrong(show(text), field.expected, place);
  return value;
}

/**
 * A decimal number: `3`, `-0.5`, `1e-3`. Not `3x`, ` 3`, `.5`, `NaN`, `Infinity` or empty text.
 * @throws {DatasetError} for other text and for a value out of range.
 */
export function parseNumber(text: string, field: NumberField, place: Place): number {
  const { expected, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = field;
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value) || value < minimum || value > maximum) throw wrong(show(text), expected, place);
  return value;
}

/**
 * Splits a line into columns.
 * @throws {DatasetError} unless there are exactly `count`.
 */
export function splitColumns(line: string, separator: string, count: number, place: Place): string[] {
  const columns = line.split(separator);
  if (columns.length !== count) {
    throw wrong(String(columns.length), `${count} columns separated by ${SEPARATORS[separator] ?? separator}`, place);
  }
  return columns;
}

const SEPARATORS: Readonly<Record<string, string>> = { '\t': 'tabs', ' ': 'spaces' };

/** The error for an invalid value. `found` is shown as it is. */
export function wrong(found: string, expected: string, place: Place): DatasetError {
  return new DatasetError({ ...place, found, expected });
}
