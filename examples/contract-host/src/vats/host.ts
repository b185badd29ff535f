import type { ContractHost, Instance, InstanceRecord, Request, VatAdmin } from './types.js';

export interface HostRoot extends ContractHost {
  /** Called once, by the one who builds the world. */
  useVatAdmin(vatAdmin: VatAdmin): void;
}

/**
 * Starts contracts, each instance in a vat of its own. What an instance does to itself, it does to nobody
 * else; the host keeps the power to end it, and the books.
 */
export const buildRootObject = (): HostRoot => {
  let admin: VatAdmin | undefined;
  const records = new Map<string, InstanceRecord>();

  const messageOf = (reason: unknown) =>
    reason instanceof Error ? reason.message : String(reason);

  const start = async ({ contract, name, parameters, terms }: Request): Promise<Instance> => {
    if (admin === undefined) throw Error('this host has no vat administration yet');
    if (records.has(name)) throw Error(`there is an instance called ${name} already`);
    const enter = (state: InstanceRecord['state'], reason?: string) =>
      records.set(name, harden({ name, contract, state, ...(reason !== undefined && { reason }) }));

    enter('starting');
    try {
      const vat = await E(admin).createVat(contract, harden({ name, vatParameters: parameters }));
      const facets = await E(vat.root).start(terms);
      enter('running');
      // Whatever ends the vat, this is how the host hears of it.
      E(vat.admin)
        .done()
        .then(
          () => enter('ended'),
          (reason) => enter('ended', messageOf(reason)),
        );
      const stop = Far('stop', {
        stop: (reason: string) => E(vat.admin).terminateWithFailure(Error(reason)),
      });
      return harden({ ...facets, control: stop });
    } catch (reason) {
      enter('failed to start', messageOf(reason));
      throw reason;
    }
  };

  return Far('contract host', {
    useVatAdmin: (vatAdmin: VatAdmin) => {
      admin = vatAdmin;
    },
    start,
    list: () => harden([...records.values()]),
  });
};
