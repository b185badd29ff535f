import { mkdir, rm } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { drawSequence, findCrossings, type Recording } from '@cooperage/recording';
import { messageOf, showValue } from '@cooperage/types';
import type { Exploration, Report } from './exploration.js';
import { formatOrder, type Order } from './order.js';
import type { World } from '../world-contract.js';

interface Outcome {
  readonly failed: boolean;
  readonly error?: unknown;
}

export interface ReportPowers {
  readonly run: <T>(
    order: Order,
    look: (world: World<unknown>, outcome: Outcome) => Promise<T>,
  ) => Promise<T>;
  readonly shortest: { readonly order: Order; readonly plan: unknown };
  /** An order in which all went well, where one is known. */
  readonly passing: Order | undefined;
  readonly isPlanned: boolean;
  readonly error: unknown;
  readonly recording: string | false | undefined;
  readonly counts: { readonly runs: number; readonly failures: number; readonly seed: number };
}

/** The same order without the last thing that was out of order: the nearest one that may pass. */
const neighbour = (order: Order): Order | undefined => {
  const last = order.choices.findLastIndex((place) => place !== 0);
  if (last < 0) return undefined;
  return { ...order, choices: order.choices.map((place, i) => (i === last ? 0 : place)) };
};

const fileFor = (order: string, seed: number): string => {
  const name = order.replace(/[^\w@]+/g, '-').slice(0, 60);
  return resolve('.cooperage', 'recordings', `seed-${seed}-${name}.cooperage`);
};

const save = async (world: World<unknown>, file: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  // Of an earlier run of the same test.
  await rm(file, { force: true });
  await world.save(file);
};

/** As it is shortest to write in a shell. */
const shown = (file: string): string => {
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
};

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

export const makeReport = async (
  powers: ReportPowers,
): Promise<{
  readonly exploration: Exploration;
  readonly message: string;
  readonly cause: unknown;
}> => {
  const { run, shortest, isPlanned, counts } = powers;
  const order = formatOrder(shortest.order);
  const file =
    powers.recording === false
      ? undefined
      : resolve(powers.recording ?? fileFor(order, counts.seed));
  const failing = await run(shortest.order, async (world, outcome) => {
    const recording: Recording = world.recording();
    if (file !== undefined) await save(world, file);
    return { recording, error: outcome.failed ? outcome.error : powers.error };
  });
  const near = neighbour(shortest.order) ?? powers.passing;
  const passing =
    near === undefined
      ? undefined
      : await run(near, async (world, outcome) => (outcome.failed ? undefined : world.recording()));
  const found = findCrossings(failing.recording, passing);
  const diagram = drawSequence(failing.recording, found);
  const { length: messages } = found.messages;
  const report: Report = {
    order,
    ...(isPlanned && { plan: shortest.plan }),
    messages,
    diagram,
    ...(file !== undefined && { recording: file }),
    error: failing.error,
  };
  const message = [
    `${counts.failures} of ${plural(counts.runs, 'order')} fail${counts.failures === 1 ? 's' : ''}; shortest: ${plural(messages, 'message')}`,
    '',
    indent(messageOf(failing.error)),
    '',
    diagram,
    '',
    ...(isPlanned ? [`plan: ${showValue(shortest.plan)}`] : []),
    `seed: ${counts.seed}; this order alone: { order: ${JSON.stringify(order)} }`,
    ...(file === undefined
      ? []
      : [`recording: ${shown(file)}`, `to inspect it: cooperage inspect ${shown(file)}`]),
  ].join('\n');
  return { exploration: { ...counts, report }, message, cause: failing.error };
};

const indent = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
