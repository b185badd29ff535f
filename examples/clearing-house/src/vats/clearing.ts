import type { Baggage } from 'cooperage/vat';
import type {
  Clearing,
  Ending,
  Ledger,
  RoundReport,
  Temper,
  VatAdmin,
  VatControl,
} from './types.js';

interface Vats extends Readonly<Record<string, unknown>> {
  readonly ledger: Ledger;
}

const ENDOWMENT = 1_000n;
const TRANSFERS = 20;
/** Milliseconds that a customer with this record may compute. */
const PATIENCE = 2_000;

/** Every twelfth customer runs wild, and each third is dismissed. */
const temperOf = (number: number): Temper =>
  number % 12 === 11 ? 'runs wild' : number % 3 === 2 ? 'is dismissed' : 'leaves';

/** Has customers come, deal with one another, and go: each a vat, each round new ones. */
export const buildRootObject = (
  _powers: unknown,
  _parameters: unknown,
  baggage: Baggage,
): Clearing & { bootstrap(vats: Vats, services: { readonly vatAdmin: VatAdmin }): void } => {
  let playing = new Map<number, Promise<RoundReport>>();

  const ending = async (temper: Temper, admin: VatControl) => {
    const done = E(admin).done();
    if (temper === 'is dismissed') void E(admin).terminateWithFailure(Error('the round is over'));
    await done.catch(() => undefined);
  };

  const play = async (round: number, customers: number): Promise<RoundReport> => {
    const ledger = baggage.get('ledger') as Ledger;
    const vatAdmin = baggage.get('vatAdmin') as VatAdmin;
    const names = Array.from({ length: customers }, (_, i) => `r${round}c${i}`);
    await Promise.all(names.map((name) => E(ledger).open(name, ENDOWMENT)));
    const ended: Record<Ending, number> = {
      leaves: 0,
      'is dismissed': 0,
      'runs wild': 0,
      'never came': 0,
    };
    await Promise.all(
      names.map(async (name, i) => {
        const temper = temperOf(round * customers + i);
        const options = {
          name,
          vatParameters: { name, temper },
          ...(temper === 'runs wild' && { crankTimeLimit: PATIENCE }),
        };
        // A machine that stands still for so long stops it before it has begun.
        const customer = await E(vatAdmin)
          .createVat('customer', harden(options))
          .catch(() => undefined);
        if (customer === undefined) {
          ended['never came'] += 1;
          return;
        }
        const { root, admin } = customer;
        const neighbours = names.filter((other) => other !== name);
        // A customer that leaves does so in the crank in which it would answer: the answer still comes.
        await E(root)
          .trade(ledger, harden(neighbours), TRANSFERS)
          .catch(() => undefined);
        await ending(temper, admin);
        ended[temper] += 1;
      }),
    );
    await Promise.all(names.map((name) => E(ledger).close(name)));
    baggage.set('round', round);
    return harden({ round, ended });
  };

  return Far('clearing', {
    bootstrap: ({ ledger }: Vats, { vatAdmin }: { readonly vatAdmin: VatAdmin }) => {
      baggage.init('ledger', ledger);
      baggage.init('vatAdmin', vatAdmin);
      baggage.init('round', 0);
    },
    played: () => baggage.get('round') as number,
    play: (round: number, customers: number): Promise<RoundReport> => {
      // After a crash the host asks again for a round that the kernel goes on with by itself, and may have ended since.
      const asked = playing.get(round);
      if (asked !== undefined) return asked;
      const last = baggage.get('round') as number;
      if (round <= last) throw Error(`round ${round} is over`);
      if (round > last + 1) throw Error(`round ${last + 1} comes first`);
      const report = play(round, customers);
      playing = new Map([[round, report]]);
      return report;
    },
  });
};
