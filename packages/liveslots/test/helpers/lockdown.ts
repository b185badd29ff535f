import 'ses';
import '@endo/eventual-send/shim.js';

declare const lockdown: (options: Record<string, string>) => void;

lockdown({
  errorTaming: 'unsafe',
  overrideTaming: 'severe',
  consoleTaming: 'unsafe',
  domainTaming: 'unsafe',
  localeTaming: 'unsafe',
  errorTrapping: 'none',
  unhandledRejectionTrapping: 'none',
});
