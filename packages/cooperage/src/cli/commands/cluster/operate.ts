/** Commands that look after a cluster through its database, wherever its nodes are. */
import { type ClusterView, type Membership, openMembership } from '@cooperage/cluster';
import { groupLinks } from '@cooperage/kernel';
import { openPostgresBackend } from '@cooperage/store-postgres';
import { CooperageError } from '@cooperage/types';
import { type ClusterConfig, readClusterConfig } from '../../../cluster/cluster-config.js';
import { importInto } from '@cooperage/tools';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { harmless } from '../../text/words.js';

const withMembership = async <T>(
  file: string,
  act: (membership: Membership, config: ClusterConfig) => Promise<T>,
): Promise<T> => {
  const config = readClusterConfig(file);
  const membership = openMembership(config.database);
  try {
    return await act(membership, config);
  } finally {
    await membership.close();
  }
};

const done = (context: CommandContext, result: object, line: string): ExitCode => {
  report(context, result, () => [harmless(line)]);
  return EXIT.done;
};

export const initCommand = (context: CommandContext, file: string): Promise<ExitCode> =>
  withMembership(file, async (membership, { kernels }) => {
    const shards = Object.keys(kernels);
    const { cluster, format } = await membership.init(shards);
    return done(context, { cluster, format, shards }, `cluster ${cluster}: ${shards.join(', ')}`);
  });

const nameOf = (view: ClusterView, incarnation: string | undefined): string =>
  view.nodes.find((node) => node.incarnation === incarnation)?.name ??
  (incarnation === undefined ? '-' : 'a node that is gone');

const statusLines = (view: ClusterView): string[] => [
  ...view.nodes.map(
    ({ name, address, capacity, draining, left }) =>
      `node ${name} at ${address}, capacity ${capacity}, lease ends in ${Math.round(left)} ms${draining ? ', draining' : ''}`,
  ),
  ...view.shards.map(
    ({ id, incarnation, epoch, committed, checkpoint, state, owner, wanted, pinned }) =>
      `shard ${id}~${incarnation} ${state}, owner ${nameOf(view, owner)}, epoch ${epoch}, group ${committed}, ` +
      `checkpoint ${checkpoint}${wanted === undefined ? '' : `, wanted by ${nameOf(view, wanted)}`}` +
      (pinned === undefined ? '' : `, pinned to ${pinned}`),
  ),
];

/** Exit code 1 where a shard is not open, or its owner is down. */
export const statusCommand = (context: CommandContext, file: string): Promise<ExitCode> =>
  withMembership(file, async (membership) => {
    await membership.meta();
    const view = await membership.view();
    report(context, view, () => statusLines(view).map(harmless));
    const isWell = view.shards.every(
      ({ state, owner }) =>
        state === 'open' && view.nodes.some((node) => node.incarnation === owner),
    );
    return isWell ? EXIT.done : EXIT.failed;
  });

export const drainCommand = (
  context: CommandContext,
  file: string,
  node: string,
): Promise<ExitCode> =>
  withMembership(file, async (membership) => {
    await membership.drain(node);
    return done(context, { node }, `${node} drains: its shards go to other nodes`);
  });

export const moveCommand = (
  context: CommandContext,
  file: string,
  { shard, node }: { readonly shard: string; readonly node: string },
): Promise<ExitCode> =>
  withMembership(file, async (membership) => {
    await membership.move(shard, node);
    return done(
      context,
      { shard, node },
      `${shard} goes to ${node}, and stays there while that node is up`,
    );
  });

export const loseCommand = (
  context: CommandContext,
  file: string,
  { shard, really = false }: { readonly shard: string; readonly really?: boolean },
): Promise<ExitCode> =>
  withMembership(file, async (membership) => {
    if (!really) {
      throw new CooperageError(
        'BAD_ARGUMENT',
        `this deletes all data of ${shard} in the database; add --really to do it, and fill the shard again with "cluster import"`,
      );
    }
    const incarnation = await membership.lose(shard);
    return done(
      context,
      { shard, incarnation },
      `${shard} begins again as ${shard}~${incarnation}, empty`,
    );
  });

/** The tables have had one format so far: it says so, and refuses while another version lives. */
export const finishUpgradeCommand = (
  context: CommandContext,
  file: string,
  version: string,
): Promise<ExitCode> =>
  withMembership(file, async (membership) => {
    const { format } = await membership.meta();
    const { nodes } = await membership.view();
    const others = nodes.filter((node) => node.version !== version);
    if (others.length > 0) {
      throw new CooperageError(
        'BAD_ARGUMENT',
        `these nodes run a version other than ${version}: ${others.map((node) => `${node.name} (${node.version})`).join(', ')}; ` +
          'stop or upgrade them first',
      );
    }
    return done(
      context,
      { format, version },
      `all nodes run ${version}; the database has format ${format}`,
    );
  });

export const importShardCommand = async (
  context: CommandContext,
  file: string,
  { shard, sources }: { readonly shard: string; readonly sources: readonly string[] },
): Promise<ExitCode> => {
  const { database, data } = readClusterConfig(file);
  const backend = await openPostgresBackend({
    ...{ ...database, data, shard, groupLinks },
    create: false,
  });
  try {
    const imported = await importInto(backend, sources);
    return done(
      context,
      { shard, ...imported },
      `${shard} has the kernel of ${sources.join(', ')}`,
    );
  } finally {
    await backend.close();
  }
};
