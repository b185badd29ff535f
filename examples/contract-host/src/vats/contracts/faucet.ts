import { makeToken } from './token.js';
import type { Contract, Issuer, Payment } from '../types.js';

interface Parameters {
  readonly token: string;
  /** What one draw gives. */
  readonly portion: bigint;
  /** What there is in all. */
  readonly limit: bigint;
}

export interface Faucet {
  getIssuer(): Issuer;
  draw(): Payment;
}

const insistPositive = (name: string, value: bigint) => {
  if (typeof value !== 'bigint' || value <= 0n) throw Error(`${name} must be positive: ${value}`);
};

/** A token of its own, given to whoever asks, until there is no more. */
export const buildRootObject = (
  _powers: unknown,
  { token, portion, limit }: Parameters,
): Contract<unknown, undefined, Faucet> => {
  // Thrown here, this is the reason that the one who wanted the instance is told.
  insistPositive('portion', portion);
  insistPositive('limit', limit);
  const { issuer, issue } = makeToken(token);
  let left = limit;

  const faucet: Faucet = Far('faucet', {
    getIssuer: () => issuer,
    draw: () => {
      if (left < portion) throw Error(`the ${token} faucet is empty`);
      left -= portion;
      return issue(portion);
    },
  });
  return Far('faucet contract', { start: () => harden({ creator: undefined, public: faucet }) });
};
