import type { Contract, ContractPowers, Seat } from './contract.js';
import { evaluateContract } from './evaluate.js';
import { add, insistAmounts, insistLawful, subtract, type Amounts } from './law.js';
import type { Books, Framework, Invitation } from './types.js';

interface OpenSeat {
  /** The host's name for it. */
  readonly number: number;
  allocation: Amounts;
}

type Handler = (seat: Seat) => unknown;

/**
 * The side of the contract host that is in each contract's vat. Its vat is made once, as a zygote; a fork of it, a zygote
 * as well, is given a contract; and forks of that are the instances. What a contract does to its seats is checked here, in
 * the same turn, and told to the host, which pays.
 */
export const buildRootObject = (): Framework => {
  let contract: Contract | undefined;
  let isStarted = false;
  let books: Books;
  let keywords: readonly string[] = [];
  let mints: readonly string[] = [];
  const seats = new Map<Seat, OpenSeat>();
  const invitations = new Map<Invitation, Handler>();

  const insistOpen = (seat: Seat): OpenSeat => {
    const open = seats.get(seat);
    if (open === undefined) throw Error('that seat has exited');
    return open;
  };

  const makeSeat = (number: number, proposal: Seat['proposal']): Seat => {
    let last: Amounts = proposal.give;
    const seat: Seat = harden({
      proposal,
      getAllocation: () => seats.get(seat)?.allocation ?? last,
      hasExited: () => !seats.has(seat),
      exit: () => {
        const open = insistOpen(seat);
        last = open.allocation;
        seats.delete(seat);
        void E(books).exit(number);
      },
    });
    seats.set(seat, { number, allocation: proposal.give });
    return seat;
  };

  const makeInvitation = (handler: Handler, description: string): Invitation => {
    const invitation: Invitation = Far('invitation', {
      getDescription: () => description,
      claim: () => {
        if (!invitations.delete(invitation)) throw Error(`${description}: the invitation is void`);
        return makeInvitation(handler, description);
      },
    });
    invitations.set(invitation, handler);
    return invitation;
  };

  const powers: ContractPowers = harden({
    makeInvitation,
    transfer: (transfers) => {
      const after = new Map<Seat, Amounts>();
      const has = (seat: Seat) => after.get(seat) ?? insistOpen(seat).allocation;
      for (const { from, to, amounts } of transfers) {
        insistAmounts(amounts, keywords);
        after.set(from, subtract(has(from), amounts));
        after.set(to, add(has(to), amounts));
      }
      const changes = [...after].map(([seat, allocation]) => ({
        open: insistOpen(seat),
        proposal: seat.proposal,
        before: insistOpen(seat).allocation,
        after: allocation,
      }));
      insistLawful(changes);
      for (const { open, after: allocation } of changes) open.allocation = allocation;
      void E(books).reallocate(harden(changes.map((one) => [one.open.number, one.after] as const)));
    },
    mint: (seat, amounts) => {
      const open = insistOpen(seat);
      insistAmounts(amounts, mints);
      open.allocation = add(open.allocation, amounts);
      void E(books).mint(open.number, amounts);
    },
    report: (status) => {
      void E(books).report(status);
    },
  });

  return Far('framework', {
    install: (bundle) => {
      if (contract !== undefined) throw Error('there is a contract in this vat already');
      contract = evaluateContract(bundle);
    },
    start: async (start) => {
      if (contract === undefined) throw Error('there is no contract in this vat yet');
      if (isStarted) throw Error('the contract in this vat is started already');
      isStarted = true;
      ({ books, keywords, mints } = start);
      const { creator, public: everyone } = await contract.start(powers, start.terms);
      return harden({ creator, public: everyone });
    },
    offer: async (invitation, number, proposal) => {
      const seat = makeSeat(number, proposal);
      try {
        const handler = invitations.get(invitation);
        if (handler === undefined) throw Error('the invitation is void, or not of this instance');
        const result = handler(seat);
        invitations.delete(invitation);
        return result;
      } catch (reason) {
        if (!seat.hasExited()) seat.exit();
        throw reason;
      }
    },
  });
};
