/**
 * Locks down the realm for vats. Import this, and call it, before anything else that knows of SES: code
 * that hardens objects before lockdown makes lockdown impossible.
 */
import './hardener.js';
import 'ses';
import '@endo/eventual-send/shim.js';
import '@endo/promise-kit/shim.js';
import { type ConsoleMethods, makeRoutedConsole } from '../console/route.js';
import { isLockedDown } from './locked-down.js';
import { enableOverrides } from './override-taming.js';
import { provideStackCapture } from './stack-capture.js';

/** Every safety option is named, because SES reads those that are not from environment variables. */
const OPTIONS = {
  errorTaming: 'safe',
  regExpTaming: 'safe',
  localeTaming: 'safe',
  consoleTaming: 'safe',
  // Completed by enableOverrides().
  overrideTaming: 'severe',
  stackFiltering: 'concise',
  domainTaming: 'safe',
  evalTaming: 'safe-eval',
  reporting: 'none',
  // Unhandled errors are left to the worker: they concern one vat, and must not end the process.
  errorTrapping: 'none',
  unhandledRejectionTrapping: 'none',
  __hardenTaming__: 'safe',
} as const;

interface Global {
  console: ConsoleMethods | undefined;
  repairIntrinsics(options: typeof OPTIONS): void;
  hardenIntrinsics(): void;
}

/** Once or never: where the realm is locked down already, this does nothing. */
export const lockdownForVats = (): void => {
  if (isLockedDown()) return;
  const global = globalThis as unknown as Global;
  global.console = makeRoutedConsole(global.console);
  global.repairIntrinsics(OPTIONS);
  enableOverrides();
  provideStackCapture();
  global.hardenIntrinsics();
};
