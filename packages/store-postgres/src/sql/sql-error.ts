import { codeOf, CooperageError, isCooperageError, messageOf } from '@cooperage/types';

/** Classes of SQLSTATE after which the same statement may succeed: connection, resources, restart, conflict. */
const PASSING = /^(08|53|57|40)/;
const DISK_FULL = '53100';
/** Of the operating system, and of the client library, where no answer of a server came. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENOENT',
  'ECONNABORTED',
]);
const LIBRARY =
  /^(Connection terminated|timeout expired|Client was closed|Client has encountered a connection error|the connection|Query read timeout)/;

/** Read-only: what was the primary is a standby now. Another one may take its place under the same address. */
const READ_ONLY = '25006';

const isNetwork = (error: unknown): boolean =>
  NETWORK.has(codeOf(error) ?? '') ||
  (codeOf(error) === undefined && LIBRARY.test(messageOf(error)));

/** Whether it helps to connect again and to send the statement once more. */
export const isPassing = (error: unknown): boolean => {
  if (isCooperageError(error)) return error.code === 'STORE_UNREACHABLE';
  const code = codeOf(error) ?? '';
  if (code === DISK_FULL) return false;
  return isNetwork(error) || PASSING.test(code) || code === READ_ONLY;
};

interface Meaning {
  readonly code: 'STORE_DENIED' | 'STORE_FULL' | 'BAD_ARGUMENT' | 'STORE_UNREACHABLE';
  readonly what: string;
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  '28P01': {
    code: 'STORE_DENIED',
    what: 'the password is wrong; give the right one in the URL, or in the variable that the URL is taken from',
  },
  '28000': {
    code: 'STORE_DENIED',
    what: 'the server refuses this user; check its pg_hba.conf',
  },
  '3D000': {
    code: 'BAD_ARGUMENT',
    what: 'there is no such database; make it with "createdb", or name another one in the URL',
  },
  '42501': {
    code: 'STORE_DENIED',
    what: 'this user lacks a privilege; grant it the role "cooperage_node", or run "cooperage cluster init" as the owner',
  },
  [READ_ONLY]: {
    code: 'STORE_DENIED',
    what: 'the server is read-only, as a standby is; name the primary in the URL',
  },
  [DISK_FULL]: {
    code: 'STORE_FULL',
    what: 'the disk of the database is full; make room there, and open the store again',
  },
};

const isCertificate = (error: unknown): boolean =>
  /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_)/.test(codeOf(error) ?? '') ||
  /does not support SSL/.test(messageOf(error));

const meaningOf = (error: unknown): Meaning | undefined => {
  const code = codeOf(error) ?? '';
  const known = MEANINGS[code];
  if (known !== undefined) return known;
  if (isCertificate(error)) {
    return {
      code: 'STORE_DENIED',
      what:
        'the certificate of the server cannot be verified; give the certificate of its authority as "ca", ' +
        'or write sslmode=disable if the network is trusted',
    };
  }
  if (!isPassing(error)) return undefined;
  return {
    code: 'STORE_UNREACHABLE',
    what: 'the database cannot be reached; start it, or check the address and the network',
  };
};

/**
 * What an error of the database means to the caller of this package.
 *
 * @param where the database, without secrets
 * @param what  was being done
 */
export const sqlError = (where: string, what: string, error: unknown): CooperageError => {
  if (isCooperageError(error)) return error;
  const meaning = meaningOf(error);
  const said = `${what} in the database ${where} failed`;
  if (meaning === undefined) {
    return new CooperageError('STORE_FAILED', `${said}: ${messageOf(error)}`, { cause: error });
  }
  return new CooperageError(meaning.code, `${said}: ${meaning.what} (${messageOf(error)})`, {
    cause: error,
  });
};
