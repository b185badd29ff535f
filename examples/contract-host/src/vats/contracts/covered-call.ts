import type { Contract, Seat } from '../contract.js';
import type { Invitation } from '../types.js';

export interface Terms {
  /** The option ends when this settles: a timer's promise, or any other. */
  readonly expiry: Promise<unknown>;
}

export interface Writer {
  /**
   * To write: give the underlying, want the strike price. The offer's result is the option, an invitation to give the
   * strike price and want the underlying; who holds it can use it, or sell it.
   */
  makeInvitation(): Invitation;
}

/** A covered call: the underlying is in escrow from the start, so the holder of the option needs no trust. */
export const start: Contract<Terms, Writer, undefined>['start'] = (powers, { expiry }) => {
  powers.report('not written yet');

  const write = (writer: Seat): Invitation => {
    const { give: underlying, want: strike } = writer.proposal;
    const expire = () => {
      if (writer.hasExited()) return;
      writer.exit();
      powers.report('expired');
    };
    expiry.then(expire, expire);
    powers.report('written');

    return powers.makeInvitation((holder) => {
      if (writer.hasExited()) throw Error('the option is exercised or expired');
      powers.transfer([
        { from: holder, to: writer, amounts: strike },
        { from: writer, to: holder, amounts: underlying },
      ]);
      writer.exit();
      holder.exit();
      powers.report('exercised');
    }, 'exercise');
  };

  return {
    creator: Far('writer', { makeInvitation: () => powers.makeInvitation(write, 'write') }),
    public: undefined,
  };
};
