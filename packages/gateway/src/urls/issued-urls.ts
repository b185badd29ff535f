/** The URLs of a gateway, in the store of the kernel: each is a reference that is kept, and a row about it. */
import { CooperageError, type KObject, thereAre } from '@cooperage/types';
import { EXPOSED_ROWS as NAME, type GatewayPort, URL_ROWS as URLS } from 'cooperage/gateway-port';
import type { ListedUrl } from '../gateway-api.js';
import { refuse } from '../refusals.js';
import { hashOf, idOf, makeSecret, secretIn } from './secrets.js';

interface UrlRow {
  readonly id: string;
  readonly label: string;
  readonly issued: number;
}

export interface RedeemedUrl {
  readonly id: string;
  readonly object: KObject;
}

export interface IssuedUrls {
  expose(name: string, object: KObject): Promise<void>;
  /** @throws {CooperageError} `BAD_ARGUMENT` for a name that nothing is exposed under */
  exposed(name: string): KObject;
  issue(object: KObject, label: string): Promise<{ readonly id: string; readonly secret: string }>;
  /** @throws {CooperageError} `GATEWAY_REFUSED` */
  redeem(urlOrSecret: unknown): RedeemedUrl;
  /** @returns the id of the URL that there was */
  revoke(idOrUrl: string): Promise<string | undefined>;
  list(): ListedUrl[];
}

const unknown = (): CooperageError =>
  refuse('GATEWAY_REFUSED', 'this URL is not valid: it was revoked, or it is incomplete');

export const makeIssuedUrls = (port: GatewayPort, now: () => number): IssuedUrls => {
  const exposed = (name: string): KObject => {
    const object = port.kept(NAME + name);
    if (object !== undefined) return object as KObject;
    const names = port.listKept(NAME).map(([label]) => label.slice(NAME.length));
    throw new CooperageError(
      'BAD_ARGUMENT',
      `nothing is exposed under "${name}"${thereAre(name, names)}`,
    );
  };

  const hashFor = (idOrUrl: string): string | undefined => {
    const secret = secretIn(idOrUrl);
    if (secret !== undefined) {
      const hash = hashOf(secret);
      return port.textOf(URLS + hash) === undefined ? undefined : hash;
    }
    const found = port
      .listTexts(URLS)
      .find(([, text]) => (JSON.parse(text) as UrlRow).id === idOrUrl);
    return found?.[0].slice(URLS.length);
  };

  return {
    exposed,
    expose: async (name, object) => {
      await port.change((input) => input.keep(NAME + name, object));
      await port.flush();
    },
    issue: async (object, label) => {
      const secret = makeSecret();
      const hash = hashOf(secret);
      const row: UrlRow = { id: idOf(hash), label, issued: now() };
      await port.change((input) => {
        input.keep(URLS + hash, object);
        input.setText(URLS + hash, JSON.stringify(row));
      });
      await port.flush();
      return { id: row.id, secret };
    },
    redeem: (urlOrSecret) => {
      const secret = secretIn(urlOrSecret);
      if (secret === undefined) throw unknown();
      // Found by the hash, so that how long it takes tells nothing of secrets that there are.
      const hash = hashOf(secret);
      const object = port.kept(URLS + hash);
      if (object === undefined) throw unknown();
      return { id: idOf(hash), object: object as KObject };
    },
    revoke: async (idOrUrl) => {
      const hash = hashFor(idOrUrl);
      if (hash === undefined) return undefined;
      await port.change((input) => {
        input.releaseReference(URLS + hash);
        input.setText(URLS + hash);
      });
      await port.flush();
      return idOf(hash);
    },
    list: () =>
      port.listTexts(URLS).map(([label, text]) => ({
        ...(JSON.parse(text) as UrlRow),
        object: port.kept(label) ?? '',
      })),
  };
};
