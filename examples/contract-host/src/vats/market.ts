import type { Bidders, Outcome, Seller } from './contracts/auction.js';
import type { Writer } from './contracts/covered-call.js';
import type { Faucet } from './contracts/faucet.js';
import type { Proposal } from './law.js';
import type { ContractHost, Instance, Invitation, Issuer, Offer, Purse, Request } from './types.js';

export interface Trade {
  readonly token: string;
  readonly value: bigint;
}

/** Who holds an option, and what it is about. */
export interface OptionRecord {
  readonly instance: string;
  readonly holder: string;
  readonly pays: Trade;
  readonly gets: Trade;
}

/** A token's name for each keyword of a contract. */
type Tokens = Readonly<Record<string, string>>;

/** What came of an offer of a user's. */
export interface Made<Result> {
  readonly result: Promise<Result>;
  /** The payouts are in the user's purses. */
  readonly paid: Promise<void>;
}

interface Holder {
  holder: string;
  invitation: Invitation;
  readonly instance: string;
  readonly pays: Trade;
  readonly gets: Trade;
}

/**
 * The users of the contract host, with a purse for each token, and what they do there. What they hold of one another's
 * they hold by reference; they stand in one vat because they are only there to show the others.
 */
export const makeMarket = (host: ContractHost, users: readonly string[], changed: () => void) => {
  const issuers = new Map<string, Issuer>();
  const instances = new Map<
    string,
    { readonly contract: string; readonly started: Instance; readonly tokens: Tokens }
  >();
  const purses = new Map<string, Map<string, Promise<Purse>>>();
  const options = new Map<string, Holder>();

  /** @param contract that the instance must run: what is asked of it may mean something else to another one */
  const insistInstance = (name: string, contract?: string) => {
    const instance = instances.get(name);
    if (instance === undefined) throw Error(`no instance is called ${name}`);
    if (contract !== undefined && instance.contract !== contract) {
      throw Error(`${name} runs the contract ${instance.contract}, not ${contract}`);
    }
    return instance;
  };

  const insistIssuer = (token: string): Issuer => {
    const issuer = issuers.get(token);
    if (issuer === undefined) throw Error(`there is no token ${token}: start a faucet of it first`);
    return issuer;
  };

  const purseOf = (user: string, token: string): Promise<Purse> => {
    if (!users.includes(user)) throw Error(`there is no user ${user}, but ${users.join(', ')}`);
    const own = purses.get(user) ?? new Map<string, Promise<Purse>>();
    purses.set(user, own);
    let purse = own.get(token);
    if (purse === undefined) {
      purse = E(insistIssuer(token)).makeEmptyPurse();
      own.set(token, purse);
    }
    return purse;
  };

  /** The caller knows what facets the contract has; over a far reference that is a matter of trust anyway. */
  const start = async <Creator = unknown, Public = unknown>(
    request: Request,
    tokens: Tokens,
  ): Promise<Instance<Creator, Public>> => {
    const dealtIn = Object.fromEntries(
      Object.entries(tokens)
        .filter(([keyword]) => request.mints?.[keyword] === undefined)
        .map(([keyword, token]) => [keyword, insistIssuer(token)]),
    );
    const started = await E(host).start(harden({ ...request, issuers: dealtIn }));
    instances.set(request.name, { contract: request.contract, started, tokens });
    return started as Instance<Creator, Public>;
  };

  /** Takes what the proposal gives from the user's purses, and puts into them what comes back. */
  const offer = async <Result>(
    user: string,
    instance: string,
    invitation: Invitation | Promise<Invitation>,
    proposal: Proposal,
  ): Promise<Made<Result>> => {
    // Awaited below, unless something else goes wrong first.
    Promise.resolve(invitation).catch(() => {});
    const { started, tokens } = insistInstance(instance);
    const takeBack = async (payouts: Offer['payouts']) => {
      for (const [keyword, payment] of Object.entries(await payouts)) {
        await E(purseOf(user, tokens[keyword]!)).deposit(payment);
      }
      changed();
    };
    const payments = Object.fromEntries(
      await Promise.all(
        Object.entries(proposal.give).map(
          async ([keyword, value]) =>
            [keyword, await E(purseOf(user, tokens[keyword]!)).withdraw(value)] as const,
        ),
      ),
    );
    changed();
    try {
      const { payouts, result } = await E(started.desk).offer(
        await invitation,
        harden(proposal),
        harden(payments),
      );
      const paid = takeBack(payouts);
      const settled = Promise.resolve(result as Promise<Result>);
      // The user who made the offer hears of both, or does not care.
      for (const each of [paid, settled]) each.catch(() => {});
      return { result: settled, paid };
    } catch (reason) {
      await takeBack(Promise.resolve(payments));
      throw reason;
    }
  };

  const open = {
    faucet: async (name: string, token: string, portion: bigint, limit: bigint) => {
      if (issuers.has(token)) throw Error(`there is a token ${token} already`);
      const request = { contract: 'faucet', name, terms: { portion, limit } };
      const started = await start<undefined, Faucet>(
        { ...request, mints: { Token: token } },
        { Token: token },
      );
      issuers.set(token, started.issuers['Token']!);
      changed();
    },

    /** @returns when the lot is in escrow: the outcome's promise */
    auction: async (
      name: string,
      seller: string,
      lot: Trade,
      reserve: Trade,
      deadline: Promise<unknown>,
    ) => {
      const { creator } = await start<Seller, Bidders>(
        { contract: 'auction', name, terms: { deadline } },
        { Lot: lot.token, Bid: reserve.token },
      );
      return offer<Outcome>(seller, name, E(creator).makeInvitation(), {
        give: { Lot: lot.value },
        want: { Bid: reserve.value },
      });
    },

    /** @returns when the option is written: the promise that its writer is paid */
    coveredCall: async (
      name: string,
      writer: string,
      underlying: Trade,
      strike: Trade,
      expiry: Promise<unknown>,
    ) => {
      const { creator } = await start<Writer, undefined>(
        { contract: 'covered-call', name, terms: { expiry } },
        { Underlying: underlying.token, Strike: strike.token },
      );
      const { result, paid } = await offer<Invitation>(writer, name, E(creator).makeInvitation(), {
        give: { Underlying: underlying.value },
        want: { Strike: strike.value },
      });
      const invitation = await result;
      options.set(name, {
        instance: name,
        holder: writer,
        invitation,
        pays: strike,
        gets: underlying,
      });
      // Exercised, expired or ended: there is nothing to hold any more.
      const over = paid.then(() => {
        options.delete(name);
        changed();
      });
      return { paid: over };
    },
  };

  const insistOption = (user: string, name: string): Holder => {
    const option = options.get(name);
    if (option?.holder !== user) throw Error(`${user} holds no option of ${name}`);
    return option;
  };

  return {
    open,
    start,
    offer,

    draw: async (user: string, faucet: string) => {
      const { started, tokens } = insistInstance(faucet, 'faucet');
      const invitation = E((started as Instance<undefined, Faucet>).public).makeInvitation();
      const { result, paid } = await offer<bigint>(user, faucet, invitation, {
        give: {},
        want: {},
      });
      const value = await result;
      await paid;
      return `${user} draws ${value} ${tokens['Token']}`;
    },

    /** @returns the promise that the bidder is paid, and the bid's place */
    bid: async (bidder: string, auction: string, value: bigint) => {
      const { started } = insistInstance(auction, 'auction');
      const { public: bidders } = started as Instance<Seller, Bidders>;
      const { result, paid } = await offer<number>(bidder, auction, E(bidders).makeInvitation(), {
        give: { Bid: value },
        want: { Lot: 1n },
      });
      return { place: await result, paid };
    },

    close: async (auction: string) => {
      const { started } = insistInstance(auction, 'auction');
      await E((started as Instance<Seller, Bidders>).creator).close();
    },

    /** Hands the option on; the new owner claims it, so that the one who had it cannot use it any more. */
    give: async (from: string, name: string, to: string) => {
      const option = insistOption(from, name);
      await purseOf(to, option.gets.token);
      const before = option.invitation;
      option.invitation = await E(before).claim();
      option.holder = to;
      changed();
      return before;
    },

    exercise: async (user: string, name: string, used?: Invitation) => {
      const { invitation, pays, gets } = insistOption(user, name);
      const { result, paid } = await offer<undefined>(user, name, used ?? invitation, {
        give: { Strike: pays.value },
        want: { Underlying: gets.value },
      });
      await paid;
      await result;
    },

    stop: async (name: string, reason: string) => {
      await E(insistInstance(name).started.control).stop(reason);
    },

    optionOf: (user: string, name: string): Invitation => insistOption(user, name).invitation,

    /** Each user's tokens. */
    balances: async () => {
      const all = users.map(async (user) => {
        const own = [...(purses.get(user) ?? [])].map(
          async ([token, purse]) => [token, await E(purse).getBalance()] as const,
        );
        return harden({ user, balances: Object.fromEntries(await Promise.all(own)) });
      });
      return harden(await Promise.all(all));
    },

    options: (): readonly OptionRecord[] =>
      harden(
        [...options.values()].map(({ instance, holder, pays, gets }) => ({
          instance,
          holder,
          pays,
          gets,
        })),
      ),
  };
};

export type Market = ReturnType<typeof makeMarket>;
