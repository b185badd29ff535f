// One kind of instances in a process of its own: `node measure-one.js quickjs|v8 forked|cold COUNT`.
import { measure } from './measure.js';

const [engine, how, count] = process.argv.slice(2);
const measured = await measure(
  { engine: engine === 'v8' ? 'v8' : 'quickjs', cold: how === 'cold' },
  Number(count),
);
process.stdout.write(JSON.stringify(measured));
