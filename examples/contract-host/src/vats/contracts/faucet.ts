import type { Contract } from '../contract.js';
import type { Invitation } from '../types.js';

export interface Terms {
  /** What one draw gives. */
  readonly portion: bigint;
  /** What there is in all. */
  readonly limit: bigint;
}

export interface Faucet {
  /** To draw once: give nothing, want up to a portion of `Token`. */
  makeInvitation(): Invitation;
}

const insistPositive = (name: string, value: bigint) => {
  if (typeof value !== 'bigint' || value <= 0n) throw Error(`${name} must be positive: ${value}`);
};

/** A token of its own, given to anyone who asks, until there is no more. */
export const start: Contract<Terms, undefined, Faucet>['start'] = (powers, { portion, limit }) => {
  // Thrown here, this is the reason that the one who wanted the instance is told.
  insistPositive('portion', portion);
  insistPositive('limit', limit);
  let left = limit;
  const report = () => powers.report(left > 0n ? `${left} of ${limit} left` : 'empty');
  report();

  const makeInvitation = () =>
    powers.makeInvitation((seat) => {
      if (left < portion) throw Error('the faucet is empty');
      left -= portion;
      powers.mint(seat, { Token: portion });
      seat.exit();
      report();
      return portion;
    }, 'draw');
  return { creator: undefined, public: Far('faucet', { makeInvitation }) };
};
