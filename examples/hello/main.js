import { fileURLToPath } from 'node:url';
import { openKernel } from 'cooperage';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const kernel = await openKernel({
  directory: process.argv[2] ?? path('.cooperage'),
  config: { vats: { greeter: { source: path('vat.js') } } },
});
console.log(await kernel.send('greeter', 'hello', ['world']));
await kernel.close();
