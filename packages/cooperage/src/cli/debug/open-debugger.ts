/** `--debug VAT` of `run`, `serve` and `dev`: waits for a debugger, and stops a vat at the first line of its code. */
import inspector from 'node:inspector';
import type { ResolvedConfig } from '../../config/config.js';
import { makeDebuggedWorkers, makeStopper } from '../../debugger/debugged-workers.js';
import type { Opening } from '../../opening/options.js';
import { usageError } from '../report-error.js';
import type { Terminal } from '../terminal.js';
import { harmless } from '../text/words.js';

/** Node's own default. */
const PORT = 9229;

const insistVat = (config: ResolvedConfig, name: string): void => {
  const vat = config.vats[name];
  if (vat === undefined) {
    throw usageError(
      `--debug ${name}: the config has no vat of this name. It has ${Object.keys(config.vats).join(', ')}`,
    );
  }
  if (vat.engine === 'quickjs') {
    throw usageError(
      `--debug ${name}: this vat runs on QuickJS, which has no debugger. Run it on V8 (\`"engine": "v8"\`) to step through it`,
    );
  }
};

/** Node reports the address. It writes to standard error where it cannot listen, and throws nothing. */
const listen = (port: number): void => {
  // It may have been started with `--inspect`.
  if (inspector.url() === undefined) inspector.open(port, '127.0.0.1');
  if (inspector.url() !== undefined) return;
  throw usageError(
    `port ${port} cannot be used for the debugger: another program uses it, or this user may not. Choose another with --debug-port`,
  );
};

export interface VatDebugger {
  readonly aroundWorkers: Opening['aroundWorkers'];
  readonly close: () => void;
}

/**
 * Returns when a debugger has attached: until then nothing runs in this process, and signals end it.
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const openDebugger = (
  terminal: Terminal,
  config: ResolvedConfig,
  name: string,
  port = PORT,
): VatDebugger => {
  insistVat(config, name);
  listen(port);
  terminal.report(
    'attach a debugger for Node there (chrome://inspect, or "attach" in an editor); the vats start when one has attached',
  );
  inspector.waitForDebugger();
  const stopper = makeStopper(({ source, line, column }) =>
    terminal.report(`vat "${name}" stopped at ${harmless(source)}:${line}:${column}`),
  );
  return {
    close: stopper.close,
    aroundWorkers: (workers, bundles) =>
      makeDebuggedWorkers(workers, bundles, {
        ...{ name, stopper },
        sourceOf: (each) => config.vats[each]?.source,
        onNoMap: () =>
          terminal.report(
            `warn: the bundle of vat "${name}" has no source map: it does not stop. Bundle it again, or put \`debugger;\` into its code`,
          ),
      }),
  };
};
