/**
 * Makes what every heap of `worker-quickjs` starts from: lockdown, supervisor and liveslots in one script,
 * because the engine loads no modules; its compiled form; and the image of a heap that has run it. Part of
 * the build: all of it takes a second, and comes out the same each time.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';

const at = (path) => new URL(`../packages/worker-quickjs/dist/${path}`, import.meta.url);
const { bootBaseImage } = await import(at('base-image.js'));
const { makeQuickJSEngine } = await import(at('engine/quickjs.js'));

const bundle = await rolldown({
  input: at('inside/main.js').pathname,
  platform: 'neutral',
  resolve: { mainFields: ['module', 'main'], conditionNames: ['import', 'default'] },
  logLevel: 'warn',
});
const { output } = await bundle.generate({ format: 'iife', minify: false });

const engine = makeQuickJSEngine();
const program = engine.compile(output[0].code, 'cooperage');
await writeFile(at('inside/program.bytecode'), program);
const image = bootBaseImage(engine, [program]);
const old = await readFile(at('inside/base.image')).catch(() => undefined);
// A build that changes nothing leaves the file alone.
if (old === undefined || !old.equals(image)) await writeFile(at('inside/base.image'), image);
