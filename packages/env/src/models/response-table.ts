import type { ResponseModel } from '@ialp/core';

const tables = new WeakMap<ResponseModel, Float32Array>();

/**
 * Marks a response model as one whose `respond` reads a cell of a table, so that simulators can load the cells of all sessions ahead.
 * It changes no response.
 * @param table `[users, items]`
 */
export function withResponseTable(model: ResponseModel, table: Float32Array | undefined): ResponseModel {
  if (table !== undefined) tables.set(model, table);
  return model;
}

/** The table of a response model, `[users, items]`; undefined if it is not known. */
export function responseTable(model: ResponseModel): Float32Array | undefined {
  return tables.get(model);
}
