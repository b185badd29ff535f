import { parseArgs } from 'node:util';
import { messageOf } from 'cooperage';
import { openChat } from './host.js';

const HELP = `Chat rooms. Each guest enters by a URL of their own, which can be revoked.

  npm start -w @cooperage/example-chat -- [options]

  --directory DIR   the directory of the state (default: .chat). After a kill -9 the same command continues,
                    and open pages reconnect by themselves
  --memory          keep the state in memory only
  --port N          the port on the loopback interface (default: 8080; 0: any free port)
  --public-url URL  the address for clients, for instance of a proxy with TLS: https://chat.example
  --help            this text
`;

const say = (line: string): void => void process.stderr.write(`chat: ${line}\n`);

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      directory: { type: 'string', default: '.chat' },
      memory: { type: 'boolean', default: false },
      port: { type: 'string', default: '8080' },
      'public-url': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const chat = await openChat({
    directory: values.memory ? undefined : values.directory,
    port: Number(values.port),
    publicUrl: values['public-url'],
    say,
  });
  process.stdout.write(`${await chat.doorUrl()}\n`);
  say(
    'open this URL to make a room. Each holder of the URL can make rooms. Ctrl-C closes the chat',
  );
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, resolve);
  });
  await chat.close();
  process.exitCode = signal === 'SIGINT' ? 130 : 143;
};

try {
  await main();
} catch (error) {
  say(error instanceof Error && !('code' in error) ? String(error.stack) : messageOf(error));
  process.exitCode = 1;
}
