import { InvalidOptionError } from '@ialp/core';

/**
 * How sessions run, by the names that the field uses (EasyRL4Rec, arXiv 2402.15164):
 *
 * - `FreeB`: items may be shown again, and the termination rules hold.
 * - `NX_0`: no item is shown twice in a session, and the termination rules hold.
 * - `NX_X`, such as `NX_10`: no item is shown twice, nobody leaves, and every session has exactly X turns (fewer where the
 *   catalogue has fewer items).
 */
export type Protocol = 'FreeB' | 'NX_0' | `NX_${number}`;

/** What a protocol lays down. */
export interface ProtocolRules {
  readonly repeats: boolean;
  /** Whether people may leave. */
  readonly termination: boolean;
  /** Turns of every session; absent where the protocol leaves the limit open. */
  readonly turns?: number;
}

/**
 * The rules behind a protocol's name.
 * @throws {InvalidOptionError} for another name.
 */
export function protocolRules(protocol: Protocol): ProtocolRules {
  if (protocol === 'FreeB') return { repeats: true, termination: true };
  if (protocol === 'NX_0') return { repeats: false, termination: true };
  const turns = /^NX_([1-9]\d{0,8})$/.exec(protocol)?.[1];
  if (turns === undefined)
    throw new InvalidOptionError('protocol', protocol, "'FreeB', 'NX_0' or 'NX_<turns>', such as 'NX_10'");
  return { repeats: false, termination: false, turns: Number(turns) };
}
