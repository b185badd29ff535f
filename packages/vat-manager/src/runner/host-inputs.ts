/** How the host's inputs come into the kernel: at once, or when their turn comes. */
import { type Core, type Host, type Retired, stopsKernel } from '@cooperage/kernel';
import { type Inputs, makeInputs } from './inputs.js';
import { type Lifetime, unawaited } from './lifetime.js';
import type { Runner } from './runner-contract.js';

export interface HostInputs
  extends
    Pick<Inputs, 'isFree' | 'whenFree' | 'makeWaiting' | 'abandon'>,
    Pick<Runner, 'input' | 'inputSoon' | 'prepareInput'> {}

export interface HostInputsPowers {
  readonly core: Core;
  readonly lifetime: Pick<Lifetime, 'fail' | 'insistOpen'>;
  readonly onRetired: (retired: Retired) => void;
  /** Does what the accepted cranks want done. */
  readonly perform: () => void;
  /** There is something to do. */
  readonly changed: () => void;
}

export const makeHostInputs = ({
  core,
  lifetime: { fail, insistOpen },
  onRetired,
  perform,
  changed,
}: HostInputsPowers): HostInputs => {
  /** A mistake of the host's is the host's to hear of, and nothing has happened; what stops the kernel stops it here, too. */
  const make = <T>(act: (host: Host) => T): T => {
    insistOpen();
    let result: T;
    try {
      result = core.input(act);
    } catch (thrown) {
      if (stopsKernel(thrown)) fail(thrown);
      throw thrown;
    }
    perform();
    changed();
    return result;
  };

  const inputs = makeInputs({ isRetiring: () => core.isRetiring, make, changed });

  /** Whatever is in the way of an input is done. */
  const makeFree = (): void => {
    if (core.isRetiring) {
      try {
        const retired = core.retireNext();
        if (retired !== undefined) onRetired(retired);
        perform();
      } catch (thrown) {
        fail(thrown);
        throw thrown;
      }
    }
    inputs.makeWaiting(() => false);
  };

  return {
    get isFree() {
      return inputs.isFree;
    },
    whenFree: () => inputs.whenFree(),
    makeWaiting: (isOver) => inputs.makeWaiting(isOver),
    abandon: (reason) => inputs.abandon(reason),
    input: (act) => {
      insistOpen();
      makeFree();
      return make(act);
    },
    inputSoon: (act) => {
      insistOpen();
      return unawaited(inputs.soon(act));
    },
    prepareInput: (prepare) => {
      insistOpen();
      return unawaited(inputs.prepared(prepare));
    },
  };
};
