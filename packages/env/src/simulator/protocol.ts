import { InvalidOptionError } from '@ialp/core';

/**
 * How sessions run, by the names of EasyRL4Rec (arXiv 2402.15164):
 *
 * - `FreeB`: items may be repeated in a session, and the termination rules apply.
 * - `NX_0`: no item is repeated in a session, and the termination rules apply.
 * - `NX_X`, such as `NX_10`: no item is repeated, no user leaves, and every session has exactly X turns (fewer if the catalogue
 *   has fewer items).
 */
export type Protocol = 'FreeB' | 'NX_0' | `NX_${number}`;

/** The settings that a protocol stands for. */
export interface ProtocolRules {
  readonly repeats: boolean;
  /** Whether users may leave, by the termination rules. */
  readonly termination: boolean;
  /** Turns of every session. Absent if the protocol does not limit them. */
  readonly turns?: number;
}

/**
 * The settings of a protocol.
 * @throws {InvalidOptionError} for an unknown name.
 */
export function protocolRules(protocol: Protocol): ProtocolRules {
  if (protocol === 'FreeB') return { repeats: true, termination: true };
  if (protocol === 'NX_0') return { repeats: false, termination: true };
  const turns = /^NX_([1-9]\d{0,8})$/.exec(protocol)?.[1];
  if (turns !== undefined) return { repeats: false, termination: false, turns: Number(turns) };
  throw new InvalidOptionError('protocol', protocol, "'FreeB', 'NX_0' or 'NX_<turns>', such as 'NX_10'");
}
