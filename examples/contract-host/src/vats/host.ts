import { makeEscrow, unitsOf, type Escrow, type Good } from './escrow.js';
import { makeIssuerKit, type IssuerKit } from './issuer-kit.js';
import { insistKeyword } from './law.js';
import { messageOf } from './message-of.js';
import type {
  ContractHost,
  Desk,
  Instance,
  InstanceRecord,
  Issuer,
  Request,
  VatAdmin,
  VatFacets,
} from './types.js';

export interface HostRoot extends ContractHost {
  /** Called once, by the one who builds the world: makes the framework's zygote. */
  useVatAdmin(vatAdmin: VatAdmin): Promise<void>;
}

interface Installation {
  readonly bundle: string;
  readonly vat: VatFacets;
  forks: number;
}

interface Running {
  record: Omit<InstanceRecord, 'escrow'>;
  readonly goods: ReadonlyMap<string, Good>;
  readonly escrow: Escrow;
}

/**
 * Installs and starts contracts, each instance in a vat of its own, and keeps what is offered to them. An instance may do
 * what it likes to itself; what is in escrow is here, and is paid when the instance says so, or is no more.
 */
export const buildRootObject = (): HostRoot => {
  let admin: VatAdmin | undefined;
  let framework: VatFacets | undefined;
  let observer: { changed(): void } | undefined;
  const installations = new Map<string, Installation>();
  const instances = new Map<string, Running>();
  const kits = new Map<Issuer, IssuerKit>();

  const changed = () => {
    if (observer !== undefined) void E(observer).changed();
  };

  const insistReady = () => {
    if (admin === undefined || framework === undefined) {
      throw Error('this host has no vat administration yet');
    }
    return { admin, framework };
  };

  const makeGoods = ({ issuers = {}, mints = {} }: Request): ReadonlyMap<string, Good> => {
    const goods = new Map<string, Good>();
    for (const [keyword, issuer] of Object.entries(issuers)) {
      insistKeyword(keyword);
      const kit = kits.get(issuer);
      if (kit === undefined) throw Error(`${keyword}: that is not an issuer of this host`);
      goods.set(keyword, { kit, mayMint: false });
    }
    for (const [keyword, token] of Object.entries(mints)) {
      insistKeyword(keyword);
      if (goods.has(keyword)) throw Error(`${keyword} is an issuer and a mint`);
      const kit = makeIssuerKit(token);
      kits.set(kit.issuer, kit);
      goods.set(keyword, { kit, mayMint: true });
    }
    return goods;
  };

  const provideVat = async ({ contract, name, cold = false }: Request): Promise<VatFacets> => {
    const installation = installations.get(contract);
    if (installation === undefined) throw Error(`no contract ${contract} is installed`);
    if (!cold) {
      installation.forks += 1;
      return E(installation.vat.admin).fork([], harden({ name }));
    }
    const vat = await E(insistReady().admin).createVat('framework', harden({ name }));
    await E(vat.root).install(installation.bundle);
    return vat;
  };

  const start = async (request: Request): Promise<Instance> => {
    const { contract, name, terms } = request;
    if (instances.has(name)) throw Error(`there is an instance called ${name} already`);
    const goods = makeGoods(request);
    let end: (reason: Error) => void = () => {};
    const enter = (change: Partial<InstanceRecord>) => {
      running.record = harden({ ...running.record, ...change });
      changed();
    };
    const escrow = makeEscrow(goods, {
      changed: (status) => (status === undefined ? changed() : enter({ status })),
      unlawful: (reason) => end(reason),
    });
    const running: Running = { record: { name, contract, state: 'starting' }, goods, escrow };
    instances.set(name, running);
    changed();

    const close = (state: InstanceRecord['state'], reason: unknown) => {
      escrow.close();
      enter({ state, reason: messageOf(reason) });
    };
    let vat: VatFacets;
    try {
      vat = await provideVat(request);
    } catch (reason) {
      close('failed to start', reason);
      throw reason;
    }
    end = (reason) => void E(vat.admin).terminateWithFailure(reason);
    const keywords = [...goods.keys()];
    const mints = keywords.filter((keyword) => goods.get(keyword)!.mayMint);
    try {
      const facets = await E(vat.root).start(
        harden({ terms, keywords, mints, books: escrow.books }),
      );
      enter({ state: 'running' });
      // Whatever ends the vat, this is how the host hears of it.
      E(vat.admin)
        .done()
        .then(
          () => close('ended', 'it is done'),
          (reason) => close('ended', reason),
        );
      const desk: Desk = Far('desk', {
        offer: (invitation, proposal, payments) => {
          const { state } = running.record;
          if (state !== 'running') throw Error(`the instance ${name} has ${state}`);
          const { number, payouts } = escrow.seat(proposal, payments);
          const result = E(vat.root).offer(invitation, number, proposal);
          return harden({ payouts, result });
        },
      });
      const control = Far('control', {
        stop: (reason: string) => E(vat.admin).terminateWithFailure(Error(reason)),
      });
      const issuers = Object.fromEntries([...goods].map(([key, { kit }]) => [key, kit.issuer]));
      return harden({ ...facets, control, desk, issuers });
    } catch (reason) {
      end(reason as Error);
      close('failed to start', reason);
      throw reason;
    }
  };

  return Far('contract host', {
    useVatAdmin: async (vatAdmin) => {
      admin = vatAdmin;
      const vat = await E(vatAdmin).createVat('framework', { name: 'framework', zygote: true });
      // Its heap is on disk from now on: the forks begin with that, and with nothing to do again.
      await E(vat.admin).takeOffline();
      framework = vat;
    },
    install: async (contract, bundle) => {
      if (installations.has(contract)) throw Error(`${contract} is installed already`);
      const parent = insistReady().framework.admin;
      const vat = await E(parent).fork([], harden({ name: `zygote of ${contract}`, zygote: true }));
      await E(vat.root).install(bundle);
      await E(vat.admin).takeOffline();
      installations.set(contract, { bundle, vat, forks: 0 });
      changed();
    },
    start,
    list: () =>
      harden(
        [...instances.values()].map(({ record, escrow }) => ({
          ...record,
          escrow: escrow.allocated(),
        })),
      ),
    installations: () =>
      harden([...installations].map(([contract, { forks }]) => ({ contract, forks }))),
    audit: () =>
      harden(
        [...kits.values()].map((kit) => {
          const sum = (amounts: (escrow: Escrow) => ReturnType<Escrow['held']>) =>
            [...instances.values()].reduce(
              (units, { goods, escrow }) => units + unitsOf(goods, amounts(escrow), kit),
              0n,
            );
          const { minted, inPurses, inPayments } = kit.totals();
          const inEscrow = sum((escrow) => escrow.held());
          const allocated = sum((escrow) => escrow.allocated());
          const conserved = minted === inPurses + inPayments && inEscrow === allocated;
          const token = kit.issuer.getName();
          return { token, minted, inPurses, inPayments, inEscrow, allocated, conserved };
        }),
      ),
    observe: (given) => {
      observer = given;
    },
  });
};
