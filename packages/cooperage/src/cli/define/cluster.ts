/** Commands for kernels on several machines. */
import type { Command } from 'commander';
import type * as operations from '../commands/cluster/operate.js';
import type { CommandContext, ExitCode } from '../command.js';
import type { Definer, Everywhere } from './definer.js';

interface ClusterOptions extends Everywhere {
  readonly config: string;
  readonly really?: boolean;
}

type Operate = typeof operations;

export const defineCluster = ({ command, perform, version }: Definer): void => {
  const group = command(
    'cluster',
    'Runs kernels on several machines over one PostgreSQL database.',
  );

  const define = (
    name: string,
    description: string,
    act: (
      operate: Operate,
      given: { readonly context: CommandContext; readonly options: ClusterOptions },
      args: readonly string[],
    ) => Promise<ExitCode>,
  ): Command =>
    group
      .command(name)
      .description(description)
      .helpOption('-h, --help', 'print this help')
      .option('-c, --config <file>', 'the config of a node of the cluster', 'cluster.json')
      .option('--json', 'print the result as one JSON object')
      .option('--verbose', 'print the stack of an error')
      .action(async (...parsed: unknown[]) => {
        // The group has --json and --verbose as well, and takes them wherever they stand.
        const options = (parsed.at(-1) as Command).optsWithGlobals<ClusterOptions>();
        const args = parsed.slice(0, -2).flat() as string[];
        await perform(options, async (context) =>
          act(await import('../commands/cluster/operate.js'), { context, options }, args),
        );
      });

  define(
    'init',
    'Makes the tables in the database, and the shards that the config names.',
    ({ initCommand }, { context, options }) => initCommand(context, options.config),
  );
  define(
    'serve',
    'Runs a node until SIGTERM. Then it first hands its shards over to other nodes.',
    async (_, { context, options }) =>
      (await import('../commands/cluster/serve.js')).serveClusterCommand(
        context,
        options.config,
        version,
      ),
  );
  define(
    'status',
    'Shows nodes and shards. Exit code 1 if a shard is not open, or its owner is down.',
    ({ statusCommand }, { context, options }) => statusCommand(context, options.config),
  );
  define(
    'drain',
    'Moves the shards of a node to other nodes, and keeps other shards away from it.',
    ({ drainCommand }, { context, options }, [node = '']) =>
      drainCommand(context, options.config, node),
  ).argument('<node>', 'its name');
  define(
    'move',
    'Moves a shard to a node, where it stays while that node is up.',
    ({ moveCommand }, { context, options }, [shard = '', node = '']) =>
      moveCommand(context, options.config, { shard, node }),
  )
    .argument('<shard>', 'such as s0')
    .argument('<node>', 'its name');
  define(
    'lose',
    'Discards the data of a shard in the database. The shard begins again, empty, as its next incarnation.',
    ({ loseCommand }, { context, options }, [shard = '']) =>
      loseCommand(context, options.config, { shard, really: options.really === true }),
  )
    .argument('<shard>', 'such as s0')
    .option('--really', 'delete it');
  define(
    'finish-upgrade',
    'Checks that all nodes run this version, before a format is raised.',
    ({ finishUpgradeCommand }, { context, options }) =>
      finishUpgradeCommand(context, options.config, version),
  );
  define(
    'import',
    'Fills an empty shard with a kernel that was exported.',
    ({ importShardCommand }, { context, options }, [shard = '', ...sources]) =>
      importShardCommand(context, options.config, { shard, sources }),
  )
    .argument('<shard>', 'such as s0')
    .argument(
      '<sources...>',
      'files, or a folder: a full export and the increments that follow it',
    );
};
