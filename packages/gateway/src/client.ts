/** The references and limits of one client, for all transports. */
import type { CooperageError } from '@cooperage/types';
import type { KernelRef } from 'cooperage';
import type { GatewayPort } from 'cooperage/gateway-port';
import type { GatewayLimits } from './limits.js';
import { refuse } from './refusals.js';
import type { IssuedUrls, RedeemedUrl } from './urls/issued-urls.js';

export interface Client {
  readonly limits: GatewayLimits;
  /** @throws {CooperageError} `GATEWAY_REFUSED` */
  redeem(secret: unknown): KernelRef;
  /** Finds what a URL refers to, without retaining it: sessions retain it themselves. */
  find(secret: unknown): RedeemedUrl;
  /** Looks a secret up. Failures are counted. */
  attempt<T>(look: () => T): T;
  /**
   * Begins a call. The returned function ends it.
   * @throws {CooperageError} `GATEWAY_LIMIT`
   */
  readonly begin: () => () => void;
  /** Tells the client the reason, and ends its connection. */
  end(reason: CooperageError): void;
  hasRedeemed(id: string): boolean;
  /** Called once, when the connection is over. */
  finish(): void;
}

export interface ClientPowers {
  readonly port: GatewayPort;
  readonly urls: IssuedUrls;
  readonly limits: GatewayLimits;
  readonly onRefused: (refusal: CooperageError) => void;
  readonly end: (reason: CooperageError) => void;
}

/** Wrong secrets after which the connection ends. */
const MOST_WRONG = 10;

export const makeClient = ({ port, urls, limits, onRefused, end }: ClientPowers): Client => {
  const redeemed = new Set<string>();
  /** References that keep the redeemed objects alive. */
  const held: KernelRef[] = [];
  let open = 0;
  let wrong = 0;

  const refused = (error: CooperageError): CooperageError => {
    onRefused(error);
    return error;
  };

  const attempt = <T>(look: () => T): T => {
    try {
      return look();
    } catch (error) {
      const refusal = refused(error as CooperageError);
      wrong += 1;
      if (wrong >= MOST_WRONG) end(refusal);
      throw refusal;
    }
  };

  return {
    limits,
    attempt,
    find: (secret) => attempt(() => urls.redeem(secret)),
    redeem: (secret) => {
      const { id, object } = attempt(() => urls.redeem(secret));
      const ref = port.refOf(object);
      if (!redeemed.has(id)) {
        ref.retain();
        held.push(ref);
        redeemed.add(id);
      }
      return ref;
    },
    begin: () => {
      if (open >= limits.inFlight) {
        throw refused(
          refuse(
            'GATEWAY_LIMIT',
            `${limits.inFlight} calls are not answered yet: await some first`,
          ),
        );
      }
      open += 1;
      let isOver = false;
      return () => {
        if (!isOver) open -= 1;
        isOver = true;
      };
    },
    end,
    hasRedeemed: (id) => redeemed.has(id),
    finish: () => held.splice(0).forEach((ref) => ref.release()),
  };
};
