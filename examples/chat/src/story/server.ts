/** The chat in a process of its own, which the story kills: `node server.js DIRECTORY PORT`. */
import { CHAT, openChat } from '../host.js';

const [directory = '', port = '0', page = ''] = process.argv.slice(2);
const chat = await openChat({ directory, port: Number(port), hasPage: page === 'page' });

const acts: Readonly<Record<string, (argument: string) => Promise<unknown>>> = {
  openRoom: (title) => chat.openRoom(title),
  // The same code in a new heap.
  upgrade: async () => (await chat.kernel.upgradeVat('chat', { source: CHAT })).incarnationNumber,
};

process.on('message', (message: { id: number; act: string; argument: string }) => {
  const { id, act, argument } = message;
  void acts[act]?.(argument).then(
    (answer) => process.send?.({ id, answer }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.send?.({ origin: chat.origin });
