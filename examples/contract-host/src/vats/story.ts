import type { Trap } from './contracts/thief.js';
import type { Market } from './market.js';
import { messageOf } from './message-of.js';
import type { ContractHost, InstanceRecord, Timer, TokenAudit } from './types.js';

/** Each instance, what the host knows of it, and what it did for its users; and the books at the end. */
export interface Story {
  readonly instances: readonly (InstanceRecord & { readonly events: readonly string[] })[];
  readonly audit: readonly TokenAudit[];
}

/** In which order they are told: they start at the same time. */
const INSTANCES = [
  ...['coins', 'shares', 'paintings', 'tips', 'broken'],
  ...['painting', 'call 1', 'call 2', 'doomed', 'thief'],
];

export const STORY_USERS = ['alice', 'bob', 'carol', 'dave'];

/** Users start contracts, deal in them, and tell what happened. Each waits only for its own results. */
export const playStory = async (
  host: ContractHost,
  market: Market,
  timer: Timer,
): Promise<Story> => {
  const events = new Map<string, string[]>();
  const tell = (instance: string, event: string) => {
    events.set(instance, [...(events.get(instance) ?? []), event]);
  };
  const never = new Promise<unknown>(() => {});

  /** Draws until there is no more. */
  const drain = async (user: string, faucet: string) => {
    for (let draws = 0; ; draws += 1) {
      try {
        await market.draw(user, faucet);
      } catch (reason) {
        tell(faucet, `${draws} draws, then: ${messageOf(reason)}`);
        return;
      }
    }
  };

  const auctionOff = async () => {
    const name = 'painting';
    await market.draw('alice', 'paintings');
    const { result } = await market.open.auction(
      name,
      'alice',
      { token: 'painting', value: 1n },
      { token: 'coin', value: 30n },
      never,
    );
    // One after the other, so that the winner is the same each time even if two bid the same.
    const bids = [
      await market.bid('bob', name, 40n),
      await market.bid('carol', name, 75n),
      await market.bid('dave', name, 60n),
    ];
    await market.close(name);
    const { winner, price } = await result;
    await Promise.all(bids.map(({ paid }) => paid));
    tell(name, `bids 40, 75, 60: number ${winner} wins and pays ${price}`);
  };

  const callThatIsSold = async () => {
    const name = 'call 1';
    await market.draw('alice', 'shares');
    const { paid } = await market.open.coveredCall(
      name,
      'alice',
      { token: 'share', value: 10n },
      { token: 'coin', value: 50n },
      never,
    );
    await market.give('alice', name, 'bob');
    // Bob keeps what he had, and hands the option on. Who claims it makes the old one void.
    const old = await market.give('bob', name, 'carol');
    await market.draw('carol', 'coins');
    await market.exercise('carol', name, old).catch((reason: unknown) => {
      tell(name, `what bob had: ${messageOf(reason)}`);
    });
    await market.exercise('carol', name);
    await paid;
    tell(name, 'carol pays alice 50 coin for 10 share');
  };

  const callThatExpires = async () => {
    const name = 'call 2';
    await market.draw('dave', 'shares');
    const { paid } = await market.open.coveredCall(
      name,
      'dave',
      { token: 'share', value: 10n },
      { token: 'coin', value: 50n },
      E(timer).delay(20),
    );
    await paid;
    tell(name, 'dave has his 10 share back');
  };

  /** An instance is ended while there is something in escrow. */
  const doomedAuction = async () => {
    const name = 'doomed';
    await market.draw('carol', 'shares');
    const { paid: sellerIsPaid } = await market.open.auction(
      name,
      'carol',
      { token: 'share', value: 10n },
      { token: 'coin', value: 1n },
      never,
    );
    const { paid } = await market.bid('bob', name, 30n);
    await market.stop(name, 'its sponsor withdrew');
    await Promise.all([paid, sellerIsPaid]);
    tell(name, 'carol has her 10 share back, and bob his 30 coin');
  };

  const fallAmongThieves = async () => {
    const name = 'thief';
    const { creator, public: trap } = await market.start<Trap, Trap>(
      { contract: 'thief', name },
      { Coin: 'coin' },
    );
    const enter = (user: string, facet: Trap, value: bigint) =>
      market.offer<readonly string[]>(user, name, E(facet).makeInvitation(), {
        give: { Coin: value },
        want: {},
      });
    await (
      await enter('alice', creator, 0n)
    ).result;
    const { result, paid } = await market.offer<readonly string[]>(
      'dave',
      name,
      E(trap).makeInvitation(),
      { give: { Coin: 10n }, want: { Coin: 20n } },
    );
    for (const said of await result) tell(name, said);
    await paid;
  };

  // Several at once. Their vats start in parallel, and are announced in the order in which they were asked for.
  await Promise.all([
    market.open.faucet('coins', 'coin', 100n, 1_000n),
    market.open.faucet('shares', 'share', 10n, 100n),
    market.open.faucet('paintings', 'painting', 1n, 1n),
    market.open.faucet('tips', 'tip', 1n, 5n),
    market.open.faucet('broken', 'nothing', 1n, -5n).then(
      () => tell('broken', 'it runs, and should not'),
      () => {},
    ),
  ]);
  for (const user of STORY_USERS) await market.draw(user, 'coins');

  // And five more, whose users do not wait for one another.
  await Promise.all([
    drain('dave', 'tips'),
    auctionOff(),
    callThatIsSold(),
    callThatExpires(),
    doomedAuction(),
    fallAmongThieves(),
  ]);
  const [instances, audit] = await Promise.all([E(host).list(), E(host).audit()]);
  const place = (name: string) => INSTANCES.indexOf(name);
  return harden({
    instances: instances
      .map((record) => ({ ...record, events: events.get(record.name) ?? [] }))
      .sort((a, b) => place(a.name) - place(b.name)),
    audit: [...audit].sort((a, b) => (a.token < b.token ? -1 : 1)),
  });
};
