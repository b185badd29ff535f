import type { HostRoot } from './host.js';
import type { Amounts } from './law.js';
import { makeMarket, type Market, type OptionRecord } from './market.js';
import { playStory, STORY_USERS, type Story } from './story.js';
import type { InstallationRecord, InstanceRecord, Timer, TokenAudit, VatAdmin } from './types.js';

interface Vats extends Readonly<Record<string, unknown>> {
  readonly host: HostRoot;
}

interface Services {
  readonly vatAdmin: VatAdmin;
  readonly timer: Timer;
  /** Where the state of things is shown. Told all of it each time: telling it twice does no harm. */
  readonly page: { show(view: View): void };
}

export interface Parameters {
  /** Bundles of contracts, by name. */
  readonly contracts: Readonly<Record<string, string>>;
  /** What happens when all is installed: the story, a market with three faucets, or nothing. */
  readonly plan: 'story' | 'market' | 'nothing';
}

/** All that there is to see. */
export interface View {
  readonly installations: readonly InstallationRecord[];
  readonly instances: readonly InstanceRecord[];
  readonly options: readonly OptionRecord[];
  readonly users: readonly { readonly user: string; readonly balances: Amounts }[];
  readonly audit: readonly TokenAudit[];
}

/** Where the users of the contract host are. */
export const buildRootObject = (_powers: unknown, { contracts, plan }: Parameters) => {
  let host: HostRoot;
  let timer: Timer;
  let market: Market;
  let prepare!: (whenDone: Promise<void>) => void;
  const prepared = new Promise<void>((resolve) => {
    prepare = resolve;
  });
  let story: Promise<Story> | undefined;

  const view = async (): Promise<View> => {
    const [installations, instances, users, audit] = await Promise.all([
      E(host).installations(),
      E(host).list(),
      market.balances(),
      E(host).audit(),
    ]);
    return harden({ installations, instances, options: market.options(), users, audit });
  };

  /** One view at a time is on its way, and a last one when all is quiet. */
  const makeShow = (page: Services['page']) => {
    let isShowing = false;
    let isStale = false;
    return () => {
      isStale = true;
      if (isShowing) return;
      isShowing = true;
      const show = async () => {
        while (isStale) {
          isStale = false;
          await E(page).show(await view());
        }
        isShowing = false;
      };
      show().catch((reason: unknown) => console.error('the page is not shown', reason));
    };
  };

  /** Settles after so many seconds; never, if there are none. */
  const after = (seconds: bigint): Promise<unknown> =>
    seconds > 0n ? E(timer).delay(Number(seconds) * 1_000) : new Promise(() => {});

  const setUp = async (vatAdmin: VatAdmin, changed: () => void): Promise<void> => {
    if (plan === 'market') await E(host).observe(Far('observer', { changed }));
    await E(host).useVatAdmin(vatAdmin);
    await Promise.all(
      Object.entries(contracts).map(([name, bundle]) => E(host).install(name, bundle)),
    );
    if (plan === 'story') story = playStory(host, market, timer);
    if (plan !== 'market') return;
    await Promise.all([
      market.open.faucet('coins', 'coin', 100n, 10_000n),
      market.open.faucet('shares', 'share', 10n, 1_000n),
      market.open.faucet('paintings', 'painting', 1n, 10n),
    ]);
  };

  return Far('main', {
    bootstrap: (vats: Vats, services: Services) => {
      ({ host } = vats);
      ({ timer } = services);
      const changed = makeShow(services.page);
      market = makeMarket(host, STORY_USERS, changed);
      prepare(setUp(services.vatAdmin, changed));
    },
    /** Settles when the contracts are installed, and what the plan says is there. */
    ready: () => prepared,
    story: async () => {
      await prepared;
      return story;
    },
    view,

    // What the buttons of the page do. Each answers when it is done.
    faucet: (name: string, token: string, portion: bigint, limit: bigint) =>
      market.open.faucet(name, token, portion, limit),
    draw: (user: string, faucet: string) => market.draw(user, faucet),
    auction: async (
      name: string,
      seller: string,
      lot: string,
      currency: string,
      reserve: bigint,
      seconds: bigint,
    ) => {
      await market.open.auction(
        name,
        seller,
        { token: lot, value: 1n },
        { token: currency, value: reserve },
        after(seconds),
      );
    },
    bid: async (user: string, auction: string, value: bigint) => {
      const { place } = await market.bid(user, auction, value);
      return `${user}'s bid is number ${place}`;
    },
    close: (auction: string) => market.close(auction),
    call: async (
      name: string,
      writer: string,
      underlying: string,
      amount: bigint,
      currency: string,
      strike: bigint,
      seconds: bigint,
    ) => {
      await market.open.coveredCall(
        name,
        writer,
        { token: underlying, value: amount },
        { token: currency, value: strike },
        after(seconds),
      );
    },
    give: async (from: string, option: string, to: string) => {
      await market.give(from, option, to);
    },
    exercise: (user: string, option: string) => market.exercise(user, option),
    stop: (name: string, reason: string) => market.stop(name, reason),

    /** One more faucet whose token has no owner: to measure what an instance costs. */
    another: async (name: string, cold: boolean) => {
      await E(host).start(
        harden({
          contract: 'faucet',
          name,
          terms: { portion: 1n, limit: 1n },
          mints: { Token: name },
          cold,
        }),
      );
    },
  });
};
