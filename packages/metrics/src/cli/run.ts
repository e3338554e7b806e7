import { InvalidOptionError } from '@ialp/core';
import { ARMS_HELP, armsCommand } from './arms-command.js';
import { COMPARE_HELP, compareCommand } from './compare-command.js';
import { type CommandOutput, UsageError } from './context.js';
import { OPE_HELP, opeCommand } from './ope-command.js';
import { REPORT_HELP, reportCommand } from './report-command.js';
import { escapeControls } from './text-table.js';

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

const COMMANDS = {
  arms: { help: ARMS_HELP, act: armsCommand },
  compare: { help: COMPARE_HELP, act: compareCommand },
  ope: { help: OPE_HELP, act: opeCommand },
  report: { help: REPORT_HELP, act: reportCommand },
} as const;

const HELP = `ialp-metrics: evaluate recommendation policies

  ialp-metrics arms <folder>       compare the learner of a deployment with its baseline
  ialp-metrics compare <file...>   compare methods over seeds and environments
  ialp-metrics ope <log>           estimate the value of a policy from a log with propensities
  ialp-metrics report <file...>    write an HTML report of runs

Every command has --help. Exit codes: 0 done, 1 failed, 2 wrong usage.`;

/** Runs the command line and returns its exit code. Results go to `print`, everything else to `say`. */
export async function run(args: readonly string[], output: CommandOutput): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    (name === undefined ? output.say : output.print)(HELP);
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS] : undefined;
  if (command === undefined) {
    output.say(`Unknown command ${JSON.stringify(name)}. Commands: ${Object.keys(COMMANDS).join(', ')}.`);
    return EXIT.usage;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    output.print(command.help);
    return EXIT.done;
  }
  try {
    await command.act(rest, output);
    return EXIT.done;
  } catch (error) {
    output.say(escapeControls(error instanceof Error ? error.message : String(error)));
    return isUsage(error) ? EXIT.usage : EXIT.failed;
  }
}

/** Options with a name that the runs may not contain. */
const NAMES: readonly string[] = ['measure', 'reference', 'against'];

/** Whether the options were invalid, as reported by Node's `parseArgs`, a command or a function that it calls. */
function isUsage(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  if (InvalidOptionError.isInstance(error)) return NAMES.includes(error.option);
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
