/** The services that a vat of the config is given: those that it lists, beside its parameters. */
import type { KernelTables } from '@cooperage/kernel';
import { CooperageError, type KObject } from '@cooperage/types';
import { parametersHash } from '../changes/settled.js';
import type { ResolvedVat } from '../config/config.js';
import type { Presences } from '../host/references/presences.js';

type Given = Pick<ResolvedVat, 'parameters' | 'services'>;

/** What is noted of the parameters of a vat: other services are other parameters. */
export const settledParameters = ({ parameters, services }: Given): string =>
  parametersHash(services === undefined ? parameters : { parameters, services });

/**
 * The parameters of a vat, with its services as the property `services`.
 * @throws {CooperageError} `BAD_CONFIG` for a service that there is not
 */
export const parametersFor = (
  name: string,
  { parameters, services }: Given,
  { hostNames }: Pick<KernelTables, 'hostNames'>,
  presences: Presences,
): unknown => {
  if (services === undefined) return parameters;
  const entries = services.map((service) => {
    const kref = hostNames.find('service', service);
    if (kref === undefined) {
      const known = [...hostNames.list('service')].map(([each]) => each).join(', ');
      throw new CooperageError(
        'BAD_CONFIG',
        `vats.${name}.services names "${service}", and there is no such service (there are: ${known})`,
      );
    }
    return [service, presences.provide(kref as KObject, service)] as const;
  });
  return { ...(parameters as object | undefined), services: Object.fromEntries(entries) };
};
