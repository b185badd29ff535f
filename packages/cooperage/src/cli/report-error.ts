import {
  causeOf,
  codeOf,
  CooperageError,
  ERROR_CODES,
  type ErrorCode,
  messageOf,
  stackOf,
} from '@cooperage/types';

/** What to do about it, where the message does not say. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  STORE_LOCKED: 'end that kernel first, or look at a copy of its directory',
  STORE_FULL: 'make room on the disk and start again: everything that was durable is still there',
  STORE_LOST:
    'acknowledged data is only in the files that were removed or moved away: put them back',
  SERVICE_NOT_FOUND:
    'start the program that provides the services (the commands reach the kernel while it runs), or name the modules of the services in the config',
  VAT_START_FAILED: 'nothing was written; correct the vat and start again',
  CRITICAL_VAT_FAILED:
    'the crank in which it ended was undone; correct the vat (or what it depends on) and start again',
  KERNEL_PANIC: '"cooperage check" examines the whole database',
};

export interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** An error from this program or from Node, as data: what `--json` prints as `{ "error": … }`. */
export const describeError = (thrown: unknown): ReportedError => {
  const code = codeOf(thrown);
  const known = ERROR_CODES.find((each) => each === code);
  const message = messageOf(thrown);
  if (known === undefined) return { code: code ?? 'ERROR', message };
  const hint = HINTS[known];
  return hint === undefined ? { code: known, message } : { code: known, message, hint };
};

/** Causes that are shown: they may go round. */
const MOST_CAUSES = 20;

const stackLines = (thrown: unknown, causesLeft = MOST_CAUSES): string[] => {
  const own = (stackOf(thrown) ?? '').split('\n').slice(1);
  const cause = causeOf(thrown);
  if (cause === undefined || causesLeft === 0) return own;
  return [...own, `caused by ${messageOf(cause)}`, ...stackLines(cause, causesLeft - 1)];
};

/** @param verbose with the stack, for those who mend this program */
export const formatError = (thrown: unknown, verbose: boolean): string[] => {
  const { code, message, hint } = describeError(thrown);
  return [
    `error ${code}: ${message}`,
    ...(hint === undefined ? [] : [`  ${hint}`]),
    ...(verbose ? stackLines(thrown) : []),
  ];
};

/** A mistake in the command line. */
export const usageError = (message: string): CooperageError =>
  new CooperageError('BAD_ARGUMENT', message);
