import { CooperageError, type KObject, type KRef } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import { keepBootstrap } from '../bootstrap.js';
import { type LogSink, makeLogger } from '../services/logger.js';
import { makeTimer, type Timer } from '../services/timer.js';
import { asService, type Service } from './service.js';
import type { Switchboard } from './switchboard.js';

/** The services in the box, but for the vat administration, which is the kernel's own. */
export const makeBox = (
  runner: Runner,
  log: LogSink,
): { readonly timer: Timer; readonly logger: Service } => {
  const { names } = runner.core.kernel.tables;
  const noteOf = (id: string): string => `timer ${id}`;
  const timer = makeTimer({
    find: (id) => {
      const deadline = names.find('host', noteOf(id));
      return deadline === undefined ? undefined : Number(deadline);
    },
    note: (id, deadline) => {
      runner.input((host) => host.setName('host', noteOf(id), String(deadline)));
    },
    forget: (id) => {
      runner.input((host) => host.setName('host', noteOf(id)));
    },
  });
  return { timer, logger: makeLogger(log) };
};

/**
 * Connects the host's services to their objects in the kernel, which are made the first time. The process that was
 * here before holds nothing any more: what it had pinned is let go of, and its own objects break.
 *
 * @throws {CooperageError} `SERVICE_NOT_FOUND` for one that the kernel knows and the host does not give,
 *   `NAME_IN_USE`, `BAD_ARGUMENT`
 */
export const installServices = (
  runner: Runner,
  switchboard: Switchboard,
  services: Readonly<Record<string, object>>,
): void => {
  const { tables } = runner.core.kernel;
  const { names } = tables;
  const missing = [...names.list('service')]
    .map(([name]) => name)
    .filter((name) => name !== 'vatAdmin' && !(name in services));
  if (missing.length > 0) {
    throw new CooperageError(
      'SERVICE_NOT_FOUND',
      `vats of this kernel may hold these services, which were not given: ${missing.join(', ')}; give them under "services" in the config, or to openKernel`,
    );
  }
  if ('vatAdmin' in services) {
    throw new CooperageError('NAME_IN_USE', 'the service name "vatAdmin" is the kernel’s own');
  }
  const checked = Object.entries(services).map(([name, given]) => ({
    name,
    given,
    service: asService(name, given),
  }));
  runner.input((host) => {
    host.forgetPins();
    for (const [, kref] of names.list('vat')) host.pin(kref as KObject);
    for (const [, kref] of names.list('kept')) host.pin(kref as KRef);
    keepBootstrap(host, tables);
    host.provideVatAdmin();
    host.breakHosted();
    for (const { name, service, given } of checked) {
      switchboard.addService(host.provideService(name), name, service, given);
    }
  });
};
