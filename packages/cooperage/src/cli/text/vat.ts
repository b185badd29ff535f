import { VAT_OPTION_NAMES } from '@cooperage/types';
import { formatCapData, type VatDetails } from '@cooperage/tools';
import { formatDelivery } from '@cooperage/tools';
import { formatBlocked } from './blocked.js';
import { formatFields, formatTable } from './table.js';
import { countOf, cut, harmless } from './words.js';

const section = (title: string, lines: readonly string[]): string[] => [
  '',
  title,
  ...lines.map((line) => `  ${line}`),
];

export const formatWaiting = ({
  inboxEntries,
  outEntries,
}: Pick<VatDetails, 'inboxEntries' | 'outEntries'>): string[] => [
  ...section(
    `at the worker: ${countOf(outEntries.length, 'delivery', 'deliveries')} not retired`,
    outEntries.length === 0
      ? []
      : formatTable(
          ['number', 'issue', 'kind', 'delivery'],
          outEntries.map(({ n, issue, delivery }) => [
            n,
            issue,
            delivery[0],
            harmless(formatDelivery(delivery)),
          ]),
        ),
  ),
  ...section(
    `inbox: ${countOf(inboxEntries.length, 'delivery', 'deliveries')} not handed out`,
    inboxEntries.length === 0
      ? []
      : formatTable(
          ['issue', 'kind', 'delivery'],
          inboxEntries.map(({ issue, work }) => [issue, work[0], harmless(formatDelivery(work))]),
        ),
  ),
];

const formatObjects = ({ objects }: VatDetails): string[] =>
  section(
    `c-list: ${countOf(objects.length, 'object')}`,
    objects.length === 0
      ? []
      : formatTable(
          [
            'vat',
            'kernel',
            'direction',
            'reachable',
            'owner',
            'reachable by',
            'known to',
            'last named',
          ],
          objects.map((object) => [
            object.vref,
            object.kref,
            object.direction,
            object.reachable ? 'yes' : 'no',
            object.owner,
            object.reachableCount,
            object.recognizableCount,
            object.named,
          ]),
        ),
  );

const formatPromises = ({ promises }: VatDetails): string[] =>
  section(
    `c-list: ${countOf(promises.length, 'promise')}`,
    promises.length === 0
      ? []
      : formatTable(
          ['vat', 'kernel', 'state', 'decider', 'subscribers', 'queued', 'data'],
          promises.map((promise) => [
            promise.vref,
            promise.kref,
            promise.state,
            promise.decider ?? '-',
            promise.subscribers.join(', ') || '-',
            promise.queued,
            promise.data === null ? '' : harmless(formatCapData(promise.data)),
          ]),
        ),
  );

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const SHOWN_APART: ReadonlySet<string> = new Set([
  'window',
  'ownThread',
  'crankTimeLimit',
  'liveslots',
]);

/** The other options that the vat has, by the names of the table. */
const formatOtherOptions = ({ options, account }: VatDetails): [string, string | number][] =>
  VAT_OPTION_NAMES.filter((name) => !SHOWN_APART.has(name)).flatMap((name) => {
    const isQuota = name === 'vatQuota' || name === 'memoryQuota';
    const value = isQuota ? account?.[name] : options[name];
    if (value === undefined) return [];
    return [[name, typeof value === 'number' ? value : harmless(textOf(value))]];
  });

/** @param width to which lines are cut */
export const formatVat = (vat: VatDetails, width: number): string[] => {
  const { options, counters } = vat;
  const blocked = formatBlocked(vat);
  const fields = formatFields([
    ['vat', vat.vatID],
    ['name', harmless(vat.name)],
    ['state', vat.state],
    ...(blocked === undefined ? [] : [['why', blocked] as const]),
    ['bundle', options.bundleID],
    ['window', options.window],
    ['thread', options.ownThread ? 'own' : 'shared'],
    ['incarnation', vat.incarnation],
    ['crank time limit', `${options.crankTimeLimit} ms`],
    ['liveslots', options.liveslots],
    ...formatOtherOptions(vat),
    ...vat.engines.map(([after, version]): [string, string] => [
      'history by',
      after === 0 ? version : `${version}, after delivery ${after}`,
    ]),
    ['delivered', counters.delivered],
    ['retired', counters.acked],
    ['transcript entries', counters.transcriptEntries],
    ['vatstore keys', counters.vatstoreKeys],
  ]);
  return [...fields, ...formatWaiting(vat), ...formatObjects(vat), ...formatPromises(vat)].map(
    (line) => cut(line, width),
  );
};
