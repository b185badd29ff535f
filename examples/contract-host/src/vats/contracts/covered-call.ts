import type { Contract, Issuer, Payment } from '../types.js';

export interface Terms {
  readonly underlying: Issuer;
  readonly currency: Issuer;
  /** What the holder of the option has to pay for the underlying. */
  readonly strike: bigint;
  /** The option ends when this settles: a timer's promise, or any other. */
  readonly expiry: Promise<unknown>;
}

/** The right to swap, as an object: to sell it is to hand over the reference. */
export interface Option {
  exercise(payment: Payment): Promise<Payment>;
}

export interface Written {
  readonly option: Option;
  /** The writer's side: the strike price if the option was exercised, the underlying if it was not. */
  readonly proceeds: Promise<{ readonly exercised: boolean; readonly payment: Payment }>;
}

export interface Writer {
  write(underlying: Payment): Promise<Written>;
}

/** A covered call: the underlying is locked up when the option is written, so the holder needs to trust nobody. */
export const buildRootObject = (): Contract<Terms, Writer, undefined> => {
  const start = ({ underlying, currency, strike, expiry }: Terms) => {
    const write = async (payment: Payment): Promise<Written> => {
      const covered = await E(underlying).claim(payment);
      let settle!: (outcome: Awaited<Written['proceeds']>) => void;
      const proceeds: Written['proceeds'] = new Promise((resolve) => {
        settle = resolve;
      });
      let taken = false;
      let expired = false;

      const expire = () => {
        expired = true;
        if (!taken) settle(harden({ exercised: false, payment: covered }));
      };
      expiry.then(expire, expire);

      const option: Option = Far('option', {
        exercise: async (offered: Payment) => {
          if (taken || expired) throw Error('the option is exercised or expired');
          // Taken before the first wait: of two that exercise at once, one is refused without loss.
          taken = true;
          try {
            const value = await E(currency).getValue(offered);
            if (value !== strike) throw Error(`the strike price is ${strike}, not ${value}`);
            settle(harden({ exercised: true, payment: await E(currency).claim(offered) }));
            return covered;
          } catch (reason) {
            taken = false;
            if (expired) expire(); // in the meantime, when it had to leave this alone
            throw reason;
          }
        },
      });
      return harden({ option, proceeds });
    };
    return harden({ creator: Far('writer', { write }), public: undefined });
  };
  return Far('covered call contract', { start });
};
