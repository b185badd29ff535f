import { readClusterConfig } from '../../../cluster/cluster-config.js';
import { serveNode } from '../../../cluster/serve-node.js';
import { type CommandContext, EXIT, type ExitCode } from '../../command.js';

/** Runs a node until it is told to end: then its shards go to other nodes first. */
export const serveClusterCommand = async (
  { terminal }: CommandContext,
  file: string,
  version: string,
): Promise<ExitCode> => {
  const config = readClusterConfig(file);
  const log = (level: string, message: string, details: object): void =>
    terminal.out(
      JSON.stringify({
        time: new Date().toISOString(),
        level,
        node: config.node.name,
        message,
        ...details,
      }),
    );
  const served = await serveNode(config, version, log);
  log('info', 'serves', { port: served.port });
  await new Promise<void>((resolve) => {
    let isAsked = false;
    const end = (): void => {
      // The second time at once: safe, and slower for those who wait for the shards.
      if (isAsked) served.agent.kill();
      isAsked = true;
      void served.stop().then(resolve, resolve);
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
  });
  return EXIT.done;
};
