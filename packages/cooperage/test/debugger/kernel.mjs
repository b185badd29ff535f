/** Runs a kernel with a vat that stops at a breakpoint, for a debugger that waits there longer than a crank may take. */
import { fileURLToPath } from 'node:url';
import { openKernel } from 'cooperage';

const source = fileURLToPath(new URL('./vat.js', import.meta.url));
const config = { threads: 1, vats: { main: { source, crankTimeLimit: 400 } } };
const kernel = await openKernel({ config });
await kernel.send('main', 'ping');
console.log('ready');
// A line on standard input: the debugger has attached.
process.stdin.once('data', async () => {
  console.log(`stop: ${await kernel.send('main', 'stop').catch(({ code }) => code)}`);
  // The pause at the breakpoint is many times as long as this run may take, and does not count for it.
  void kernel.send('main', 'stop');
  const { reason } = await kernel.run({ milliseconds: 1_500 });
  console.log(`run: ${reason}`);
  // A vat that really takes too long is terminated as ever.
  console.log(`loop: ${await kernel.send('main', 'loop').catch(({ reasonCode }) => reasonCode)}`);
  await kernel.close();
  process.exit();
});
