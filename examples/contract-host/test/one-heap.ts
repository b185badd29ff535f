// The vats of this example in one heap, without a kernel.
import './globals.js';
import * as auction from '../src/vats/contracts/auction.js';
import * as coveredCall from '../src/vats/contracts/covered-call.js';
import * as faucet from '../src/vats/contracts/faucet.js';
import * as host from '../src/vats/host.js';
import * as main from '../src/vats/main.js';
import type { VatAdmin } from '../src/vats/types.js';

const bundles: Record<string, { buildRootObject: any }> = {
  auction,
  faucet,
  'covered-call': coveredCall,
};

/** Vats whose termination reaches whoever waits for it, and whose roots go on working all the same. */
export const makeVatAdmin = (): VatAdmin =>
  Far('vatAdmin', {
    createVat: async (bundle: string, { vatParameters }: { vatParameters?: unknown }) => {
      let terminate!: (reason: Error) => void;
      const done = new Promise<never>((_, reject) => {
        terminate = reject;
      });
      done.catch(() => {});
      const root = bundles[bundle]!.buildRootObject({}, vatParameters);
      const admin = Far('admin', {
        done: () => done,
        terminateWithFailure: async (reason: Error) => terminate(reason),
      });
      return { root, admin };
    },
  });

export const timer = Far('timer', {
  delay: (milliseconds: number) =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
});

export const play = async () => {
  const root = main.buildRootObject();
  await root.bootstrap({ host: host.buildRootObject() }, { vatAdmin: makeVatAdmin(), timer });
  return root.play();
};
