// One node of the cluster, as a process of its own. It is what `cooperage cluster serve` runs, and takes questions of
// the process that started it.
import { messageOf, readClusterConfig, serveNode } from 'cooperage';

export interface Question {
  readonly id: number;
  readonly ask: 'shards' | 'settlement';
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly message: string; readonly code: string | undefined };
}

export interface OwnedShard {
  readonly shard: string;
  readonly state: {
    readonly role: string;
    readonly epoch?: number;
    readonly committed: number;
    readonly cranks?: number;
  };
}

export interface LogLine {
  readonly log: { readonly level: string; readonly message: string; readonly shard?: unknown };
}

const say = (message: Answer | LogLine): void => {
  if (process.connected) process.send?.(message, () => {});
};

const [file = ''] = process.argv.slice(2);
const served = await serveNode(readClusterConfig(file), '0.0.0', (level, message, { shard }) =>
  say({ log: { level, message, shard } }),
);

const answerTo = ({ ask }: Question): unknown =>
  ask === 'shards' ? served.agent.shards : served.agent.sendTo('main', 'getSettlement');

process.on('message', (question: Question) => {
  const { id } = question;
  Promise.resolve()
    .then(() => answerTo(question))
    .then(
      (value) => say({ id, value }),
      (error: unknown) => {
        const { code } = error as { code?: string };
        say({ id, error: { message: messageOf(error), code } });
      },
    );
});
process.on('SIGTERM', () => void served.stop().then(() => process.exit(0)));
process.on('disconnect', () => process.exit(1));
say({ id: 0 });
