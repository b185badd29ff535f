/** All sessions of a gateway: found by the hash of their secret, and by what vats send to and answer. */
import type { CooperageError, KObject } from '@cooperage/types';
import type { GatewayPort } from 'cooperage/gateway-port';
import type { GatewayLimits } from '../limits.js';
import { refuse } from '../refusals.js';
import type { RedeemedUrl } from '../urls/issued-urls.js';
import { hashOf, idOf, makeSecret, secretIn } from '../urls/secrets.js';
import { makeSession, type Session } from './session.js';
import {
  listRevoked,
  listSessions,
  openSessionRows,
  ownerOf,
  saveRevoked,
  saveSession,
  type SessionRow,
  type Watchers,
} from './session-rows.js';

export interface OpenedSession {
  readonly secret: string;
  /** The name of what the URL stands for. */
  readonly root: string;
}

export interface Sessions {
  readonly count: number;
  open(redeemed: RedeemedUrl): Promise<OpenedSession>;
  /** @throws {CooperageError} `GATEWAY_ENDED`, and `GATEWAY_REVOKED` where its URL was revoked */
  find(secret: unknown): Session;
  end(session: Session): Promise<void>;
  /** Ends those that redeemed a URL. */
  revoke(url: string): Promise<void>;
}

const DAY = 86_400_000;

interface Known {
  readonly hash: string;
  readonly row: SessionRow;
  readonly session: Session;
  readonly usedOn: () => number;
}

const revokedError = (): CooperageError => refuse('GATEWAY_REVOKED', 'the URL was revoked');

export interface SessionsPowers {
  readonly port: GatewayPort;
  readonly limits: GatewayLimits;
  readonly now: () => number;
  /** The ids of the URLs that were issued and not revoked. */
  readonly issued: ReadonlySet<string>;
}

export const openSessions = ({ port, limits, now, issued }: SessionsPowers): Sessions => {
  const byHash = new Map<string, Known>();
  const byID = new Map<string, Known>();
  const revoked = new Set<string>();
  const watchers: Watchers = new Map();
  const today = (): number => Math.floor(now() / DAY);

  const add = (hash: string, row: SessionRow): Known => {
    let rows = openSessionRows(port, watchers, row.id);
    let isFirst = true;
    const open = () => {
      if (!isFirst) rows = openSessionRows(port, watchers, row.id);
      isFirst = false;
      return rows;
    };
    const session = makeSession({ port, open, limits, today });
    const known = { hash, row, session, usedOn: () => rows.usedOn };
    byHash.set(hash, known);
    byID.set(row.id, known);
    return known;
  };

  const end = async ({ hash, row, session }: Known, reason: CooperageError): Promise<void> => {
    const isRevoked = reason.code === 'GATEWAY_REVOKED';
    byHash.delete(hash);
    if (isRevoked) revoked.add(hash);
    await session.end(reason, (input) => {
      saveSession(input, hash);
      if (isRevoked) saveRevoked(input, hash, today());
    });
    byID.delete(row.id);
  };

  for (const [hash, row] of listSessions(port)) add(hash, row);
  for (const known of [...byID.values()]) {
    // The process may have ended between the end of the URL and that of its sessions.
    if (!known.row.urls.every((url) => issued.has(url))) void end(known, revokedError());
    else if (today() - known.usedOn() > limits.sessionDays) {
      void end(known, refuse('GATEWAY_ENDED', 'it was unused for too long'));
    }
  }
  for (const [hash, day] of listRevoked(port)) {
    if (today() - day <= limits.sessionDays) revoked.add(hash);
    else void port.change((input) => saveRevoked(input, hash));
  }

  const sessionOf = (object: KObject): Session | undefined =>
    byID.get(ownerOf(port.labelOf(object) ?? ''))?.session;

  port.takeOutputs({
    called: (number, object, methargs) => {
      sessionOf(object)?.called(number, object, methargs);
    },
    settled: (number, kp) => {
      for (const id of watchers.get(kp) ?? []) {
        if (byID.get(id)?.session.settled(number, kp) === true) return;
      }
    },
    dropped: (object) => {
      // The kernel has forgotten whose it was.
      for (const { session } of byID.values()) if (session.dropped(object)) return;
    },
  });

  return {
    get count() {
      return byHash.size;
    },
    open: async ({ id: url, object }) => {
      const secret = makeSecret();
      const hash = hashOf(secret);
      const row: SessionRow = { id: idOf(hash), urls: [url] };
      const known = add(hash, row);
      const root = await known.session.begin(object, (input) => saveSession(input, hash, row));
      return { secret, root };
    },
    find: (given) => {
      const secret = secretIn(given);
      const hash = secret === undefined ? '' : hashOf(secret);
      const known = byHash.get(hash);
      if (known !== undefined) return known.session;
      if (revoked.has(hash)) throw revokedError();
      throw refuse('GATEWAY_ENDED', 'this session does not exist: it has ended');
    },
    end: async (session) => {
      const known = byID.get(session.id);
      if (known !== undefined)
        await end(known, refuse('GATEWAY_ENDED', 'the client has closed it'));
    },
    revoke: async (url) => {
      const ends = [...byID.values()].filter(({ row }) => row.urls.includes(url));
      await Promise.all(ends.map((known) => end(known, revokedError())));
    },
  };
};
