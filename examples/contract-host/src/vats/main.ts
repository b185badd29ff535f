import type { Bidders, Seller } from './contracts/auction.js';
import type { Writer } from './contracts/covered-call.js';
import type { Faucet } from './contracts/faucet.js';
import type { HostRoot } from './host.js';
import type {
  Instance,
  InstanceRecord,
  Issuer,
  Payment,
  Request,
  Timer,
  VatAdmin,
} from './types.js';

interface Vats extends Readonly<Record<string, unknown>> {
  readonly host: HostRoot;
}

interface Services {
  readonly vatAdmin: VatAdmin;
  readonly timer: Timer;
}

/** Each instance, what the host knows of it, and what it did for its users. */
export interface Story {
  readonly instances: readonly (InstanceRecord & { readonly events: readonly string[] })[];
}

/** The users of the contract host: they start contracts, deal in them, and tell what happened. */
export const buildRootObject = () => {
  let host: HostRoot;
  let timer: Timer;
  const events = new Map<string, string[]>();

  const tell = (instance: string, event: string) => {
    events.set(instance, [...(events.get(instance) ?? []), event]);
  };

  /** The caller knows what facets the contract has; over a far reference that is a matter of trust anyway. */
  const start = <Creator, Public>(request: Request) =>
    E(host).start(harden(request)) as Promise<Instance<Creator, Public>>;

  const startFaucet = (name: string, token: string, portion: bigint, limit: bigint) =>
    start<undefined, Faucet>({ contract: 'faucet', name, parameters: { token, portion, limit } });

  /** Draws until there is no more. */
  const drain = async (name: string, faucet: Faucet) => {
    for (let draws = 0; ; draws += 1) {
      try {
        await E(faucet).draw();
      } catch (reason) {
        tell(name, `${draws} draws, then: ${(reason as Error).message}`);
        return;
      }
    }
  };

  const auctionOff = async (name: string, coins: Faucet) => {
    const currency = await E(coins).getIssuer();
    const { creator, public: bidders } = await start<Seller, Bidders>({
      contract: 'auction',
      name,
      terms: { currency, lot: Far('painting', {}), reserve: 30n },
    });
    const bid = async (value: bigint) => {
      const [payment] = await E(currency).split(await E(coins).draw(), value);
      return E(bidders).bid(payment);
    };
    // One after the other, so that the winner is the same each time even if two bid the same.
    const results = [(await bid(40n)).result, (await bid(75n)).result, (await bid(60n)).result];
    const { price } = await E(creator).close();
    const won = (await Promise.all(results)).map((result) => result.won);
    tell(name, `bids 40, 75, 60: number ${won.indexOf(true) + 1} won and pays ${price}`);
  };

  const writeCall = async (
    name: string,
    { coins, shares, expiry }: { coins: Faucet; shares: Faucet; expiry: Promise<unknown> },
    use: (option: { exercise(payment: Payment): Promise<Payment> }, currency: Issuer) => unknown,
  ) => {
    const [currency, underlying] = await Promise.all([E(coins).getIssuer(), E(shares).getIssuer()]);
    const { creator } = await start<Writer, undefined>({
      contract: 'covered-call',
      name,
      terms: { underlying, currency, strike: 50n, expiry },
    });
    const { option, proceeds } = await E(creator).write(await E(shares).draw());
    await use(option, currency);
    const { exercised, payment } = await proceeds;
    const token = await E(payment).getTokenName();
    const value = await E(token === 'coin' ? currency : underlying).getValue(payment);
    tell(name, `${exercised ? 'exercised' : 'expired'}: the writer has ${value} ${token}`);
  };

  const play = async (): Promise<Story> => {
    // Five vats at once. They boot in parallel, and are announced in the order in which they were asked for.
    const [coinFaucet, shareFaucet, tipFaucet, doomed, broken] = await Promise.allSettled([
      startFaucet('coins', 'coin', 100n, 1_000n),
      startFaucet('shares', 'share', 10n, 100n),
      startFaucet('tips', 'tip', 1n, 5n),
      startFaucet('doomed', 'doom', 1n, 5n),
      startFaucet('broken', 'nothing', 1n, -5n),
    ]);
    const insistStarted = <T>(settled: PromiseSettledResult<T>): T => {
      if (settled.status === 'rejected') throw settled.reason;
      return settled.value;
    };
    const coins = insistStarted(coinFaucet).public;
    const shares = insistStarted(shareFaucet).public;
    const { public: victim, control } = insistStarted(doomed);
    if (broken.status === 'fulfilled') throw Error('a faucet of less than nothing was started');

    // And three more, whose users do not wait for one another.
    await Promise.all([
      auctionOff('painting', coins),
      writeCall(
        'call 1',
        { coins, shares, expiry: new Promise(() => {}) },
        async (option, currency) => {
          const [strike] = await E(currency).split(await E(coins).draw(), 50n);
          await E(option).exercise(strike);
        },
      ),
      writeCall('call 2', { coins, shares, expiry: E(timer).delay(20) }, () => {}),
      drain('tips', insistStarted(tipFaucet).public),
      (async () => {
        await E(victim).draw();
        await E(control).stop('its sponsor withdrew');
        await E(victim)
          .draw()
          .catch((reason: Error) => tell('doomed', `1 draw, then: ${reason.message}`));
      })(),
    ]);

    const instances = (await E(host).list()).map((record) => ({
      ...record,
      events: events.get(record.name) ?? [],
    }));
    return harden({ instances });
  };

  return Far('main', {
    bootstrap: async (vats: Vats, services: Services) => {
      ({ host } = vats);
      ({ timer } = services);
      await E(host).useVatAdmin(services.vatAdmin);
    },
    play,
  });
};
