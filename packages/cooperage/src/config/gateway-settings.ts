/** What a gateway may be told, as tables: the options of `openGateway`, and what a config says in their place. */
import { listOf, optionsOf, recordOf, text, wholeNumber } from '@cooperage/types';
import type { SettingRow } from './setting-row.js';

const MOST = Number.MAX_SAFE_INTEGER;

/** What one client may use. */
export const GATEWAY_LIMITS = {
  frameBytes: {
    value: wholeNumber(1_000, 100_000_000),
    default: 1_000_000,
    meaning: 'bytes of one frame, or of the body of one request',
    beyond: 'the connection ends with close code 1009, a request is answered with status 413',
  },
  inFlight: {
    value: wholeNumber(1, MOST),
    default: 1_000,
    meaning: 'calls of a client that are not answered',
    beyond:
      'the call is rejected with `GATEWAY_LIMIT`; calls of a session wait at the client instead',
  },
  references: {
    value: wholeNumber(1, MOST),
    default: 10_000,
    meaning: 'references that a client holds, and objects of its own that are held for it',
    beyond: 'the connection ends with `GATEWAY_LIMIT`',
  },
  messagesPerSecond: {
    value: wholeNumber(1, MOST),
    default: 2_000,
    meaning: 'frames of a client in a second',
    beyond: 'the gateway reads no further until it is time; nothing is lost',
  },
  bytesPerSecond: {
    value: wholeNumber(1_000, MOST),
    default: 10_000_000,
    meaning: 'bytes of a client in a second',
    beyond: 'the gateway reads no further until it is time; nothing is lost',
  },
  unsentBytes: {
    value: wholeNumber(1_000, MOST),
    default: 8_000_000,
    meaning: 'bytes that wait in the process for a client that does not read',
    beyond: 'the connection ends with `GATEWAY_LIMIT`',
  },
  waiting: {
    value: wholeNumber(1, MOST),
    default: 10_000,
    meaning: 'calls and answers that wait in the kernel for a client that is away',
    beyond: 'further calls of its objects are rejected with `QUEUE_FULL`',
  },
  sessionDays: {
    value: wholeNumber(1, 100_000),
    default: 30,
    meaning: 'days that a session is kept without being used',
    beyond: 'the session ends with the next start: `GATEWAY_ENDED`',
  },
  connections: {
    value: wholeNumber(1, MOST),
    default: 10_000,
    meaning: 'connections of all clients together',
    beyond: 'the connection is refused with `GATEWAY_LIMIT`',
  },
} as const satisfies Readonly<Record<string, SettingRow & { readonly beyond: string }>>;

/** What a program and a config say alike. */
export const GATEWAY_SETTINGS = {
  path: {
    value: text('a path such as /gateway', /^\/[\w/-]*\w$/),
    default: '/gateway',
    meaning: 'the path of its endpoints; Endo peers connect to `/captp` below it',
  },
  publicUrl: {
    value: text('a URL such as https://example.com', /^https?:\/\/[^#]+$/),
    unlessGiven: 'the address on which it listens',
    meaning: 'how clients reach it, for instance through a proxy with TLS',
  },
  origins: {
    value: listOf(text('an origin such as https://example.com, or *'), 'a list of origins'),
    unlessGiven: 'none',
    meaning:
      'origins of pages that may connect, besides that of the gateway; `*` for all. Programs send no origin and may connect',
  },
  limits: {
    value: optionsOf(GATEWAY_LIMITS, 'an object of limits'),
    unlessGiven: 'those below',
    meaning: 'what one client may use',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;

/** What a config says of the gateway that `cooperage serve` opens. */
export const GATEWAY_CONFIG = {
  listen: {
    value: text('an address such as 127.0.0.1:8080', /^.+:\d{1,5}$/),
    default: '127.0.0.1:8080',
    meaning: 'where it listens, as HOST:PORT; port 0 takes any free port',
  },
  ...GATEWAY_SETTINGS,
  expose: {
    value: recordOf(text('the name of a vat'), 'an object of vats by name', {
      pattern: /^[\w.-]{1,100}$/u,
      what: 'a name has up to 100 letters, digits, dots, hyphens and underscores',
    }),
    unlessGiven: 'none',
    meaning:
      'vats by the names under which `cooperage urls --issue` finds their root objects; a name alone gives no access',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
