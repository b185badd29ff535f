/** The files of what `cooperage init --template service` writes: a kernel that stays up, with a service of its own. */

const DESK = `/**
 * Takes orders and keeps them in durable data, which outlives upgrades of this code. Each order is told
 * to the service that cooperage.json gives this vat.
 */
export const buildRootObject = (_vatPowers, { services: { mail } }, baggage) => {
  baggage.has('orders') || baggage.init('orders', harden([]));
  return Far('desk', {
    order: async (what) => {
      const orders = harden([...baggage.get('orders'), what]);
      baggage.set('orders', orders);
      return E(mail).post(\`order \${orders.length}: \${what}\`);
    },
    orders: () => baggage.get('orders'),
  });
};
`;

const MAIL = `/**
 * A service runs outside the vats, with all of Node: vats reach the world through it. What it answers is kept
 * with the history of the vat that asked.
 */
export default ({ log }) => ({
  post: (text) => {
    log('info', \`posted: \${text}\`);
    return 'posted';
  },
});
`;

const HOST = `// A program of your own in place of \`cooperage serve\`: it opens the kernel, and sends to it.
import { E, openKernel } from 'cooperage';

const kernel = await openKernel({ config: './cooperage.json' });
const desk = kernel.root('desk');
await E(desk).order('a barrel');
console.log((await E(desk).orders()).join(', '));
await kernel.close();
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openKernel } from 'cooperage';

test('the desk keeps orders, and has them posted', async () => {
  const posted = [];
  // Without a directory the kernel is in memory.
  const kernel = await openKernel({
    config: './cooperage.json',
    directory: null,
    services: { mail: { post: (text) => void posted.push(text) } },
  });
  await kernel.send('desk', 'order', ['a barrel']);
  assert.deepEqual(await kernel.send('desk', 'orders'), ['a barrel']);
  assert.deepEqual(posted, ['order 1: a barrel']);
  await kernel.close();
});
`;

export const SERVICE = {
  'vats/desk.js': DESK,
  'services/mail.js': MAIL,
  'host.js': HOST,
  'test/desk.test.js': TEST,
} as const;
