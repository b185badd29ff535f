// The service `progress` in the process of a shard: its line goes to the log of the node.

interface Context {
  readonly log: (level: 'info', message: string) => void;
}

export const PROGRESS = /^progress (?<done>\d+) (?<total>\d+)$/;

export default ({ log }: Context) => ({
  report: (done: number, total: number) => log('info', `progress ${done} ${total}`),
});
