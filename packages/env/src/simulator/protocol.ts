import { InvalidOptionError } from '@ialp/core';

/**
 * How sessions run, by the names that the field uses (EasyRL4Rec, arXiv 2402.15164):
 *
 * - `FreeB`: items may be shown again, and the exit rules hold.
 * - `NX_0`: no item is shown twice in a session, and the exit rules hold.
 * - `NX_X`, such as `NX_10`: no item is shown twice, nobody leaves, and every session has exactly X turns (fewer where the
 *   catalogue has fewer items).
 */
export type Protocol = 'FreeB' | 'NX_0' | `NX_${number}`;

/** What a protocol lays down. */
export interface ProtocolRules {
  readonly repeats: boolean;
  /** Whether people may leave. */
  readonly exits: boolean;
  /** Turns of every session; absent where the protocol leaves the limit open. */
  readonly turns?: number;
}

/**
 * The rules behind a protocol's name.
 * @throws {InvalidOptionError} for another name.
 */
export function protocolRules(protocol: Protocol): ProtocolRules {
  if (protocol === 'FreeB') return { repeats: true, exits: true };
  if (protocol === 'NX_0') return { repeats: false, exits: true };
  const turns = /^NX_([1-9]\d{0,8})$/.exec(protocol)?.[1];
  if (turns === undefined)
    throw new InvalidOptionError('protocol', protocol, "'FreeB', 'NX_0' or 'NX_<turns>', such as 'NX_10'");
  return { repeats: false, exits: false, turns: Number(turns) };
}
