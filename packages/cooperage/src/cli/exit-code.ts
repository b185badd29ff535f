/** What a supervisor learns from how `cooperage serve` ends. */
import { codeOf, type ErrorCode } from '@cooperage/types';
import { EXIT, type ExitCode } from './command.js';

/** In the way for now: another process has the directory or the address. */
const LATER: readonly ErrorCode[] = ['STORE_LOCKED', 'CONTROL_UNAVAILABLE', 'STORE_UNREACHABLE'];

/** The next start would find the same. */
const OPERATOR: readonly ErrorCode[] = [
  'BAD_ARGUMENT',
  'BAD_CONFIG',
  'BAD_BUNDLE',
  'BUNDLE_NOT_FOUND',
  'CONFIG_CHANGED',
  'CRITICAL_VAT_FAILED',
  'SERVICE_NOT_FOUND',
  'STORE_CORRUPT',
  'STORE_DENIED',
  'STORE_LOST',
  'STORE_NEWER_FORMAT',
  'STORE_UNSAFE',
  'UPGRADE_FAILED',
  'VAT_START_FAILED',
];

export const exitCodeOf = (thrown: unknown): ExitCode => {
  const code = codeOf(thrown);
  if (LATER.some((each) => each === code)) return EXIT.later;
  return OPERATOR.some((each) => each === code) ? EXIT.operator : EXIT.failed;
};
