import type { Contract, Seat } from '../contract.js';
import type { Invitation } from '../types.js';

export interface Trap {
  /** To fall into it: give some `Coin`. The result says what was tried, and what came of it. */
  makeInvitation(): Invitation;
}

/** A contract that does its worst: its clients lose nothing. */
export const start: Contract<unknown, Trap, Trap>['start'] = (powers) => {
  let den: Seat | undefined;

  const attempt = (what: string, action: () => unknown) => {
    try {
      action();
      return `${what}: done`;
    } catch (reason) {
      return `${what}: ${(reason as Error).message}`;
    }
  };

  const rob = (seat: Seat) => {
    if (den === undefined) throw Error('the thief is not in yet');
    const thief = den;
    const { give } = seat.proposal;
    const forged: Seat = { ...seat, getAllocation: () => give, exit: () => {} };
    const said = [
      attempt('take it', () => powers.transfer([{ from: seat, to: thief, amounts: give }])),
      attempt('forge a seat', () => powers.transfer([{ from: forged, to: thief, amounts: give }])),
      attempt('make more', () => powers.mint(thief, give)),
      attempt('change the language', () => {
        if (!Reflect.defineProperty(Object.prototype, 'stolen', { configurable: true, value: 1 })) {
          throw Error('refused');
        }
      }),
    ];
    const within = ['fetch', 'process', 'VatData', 'setTimeout'].filter(
      (name) => (globalThis as Record<string, unknown>)[name] !== undefined,
    );
    seat.exit();
    powers.report(`tried ${said.length} things`);
    return harden([...said, `within reach: ${within.join(', ') || 'nothing'}`]);
  };

  const hide = (seat: Seat) => {
    den = seat;
  };
  return {
    creator: Far('den', { makeInvitation: () => powers.makeInvitation(hide, 'hide') }),
    public: Far('trap', { makeInvitation: () => powers.makeInvitation(rob, 'an offer') }),
  };
};
