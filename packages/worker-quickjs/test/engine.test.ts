import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bootBaseImage } from '../src/base-image.js';
import { builtBaseImage, builtProgram } from '../src/built-files.js';
import { type Build, MachineStopped } from '../src/engine/engine.js';
import { instrument } from '../src/engine/instrument.js';
import { makeQuickJSEngine } from '../src/engine/quickjs.js';
import { decodeText, encodeText } from '../src/engine/wtf8.js';
import { deltaOfImage, memoryOf, parseImage } from '../src/heap-image.js';

const engine = makeQuickJSEngine();

/** A machine in which `receive(operation, text)` is what `body` does. */
const machineOf = (
  body: string,
  host = (_operation: string, _text: string) => undefined as string | undefined,
) => {
  const program = engine.compile(
    `const call = globalThis.host;
     globalThis.receive = (operation, text) => {
       if (operation === 'idle' || operation === 'ready') return undefined;
       ${body}
     };`,
    'test',
  );
  const powers = { host, poll: () => undefined };
  const booted = engine.boot([program], powers);
  const memory = booted.memory().slice();
  const restore = (build: Build) => {
    const machine = engine.restore(
      booted.state(),
      (fresh) => fresh.set(memory),
      powers,
      { memoryLimit: 32e6 },
      build,
    );
    machine.startMeter(undefined);
    return machine;
  };
  return { restore, memory };
};

describe('the engine', () => {
  it('boots to the same memory each time, which is the one of the build', () => {
    const [one, other] = [0, 1].map(() => bootBaseImage(engine, [builtProgram()]));
    expect(Buffer.compare(one as Uint8Array, other as Uint8Array)).toBe(0);
    const inflate = (bytes: Uint8Array) => {
      const parsed = parseImage(bytes, engine.id);
      return memoryOf(parsed.header.size, deltaOfImage(parsed));
    };
    expect(Buffer.compare(inflate(one as Uint8Array), inflate(builtBaseImage()))).toBe(0);
  });

  it('takes and gives any text', () => {
    const texts = ['', 'plain', 'ä\u20ac\u{1F600}', '\ud800 alone', 'end \udfff', 'nul \0 within'];
    const heard: string[] = [];
    const machine = machineOf('return call("echo", text);', (_operation, text) => {
      heard.push(text);
      return text;
    }).restore('guarded');
    for (const text of texts) {
      expect(machine.call('run', text)).toBe(text);
      expect(decodeText(encodeText(text))).toBe(text);
    }
    expect(heard).toEqual(texts);
  });

  it('gives what a program throws, with its stack', () => {
    const machine = machineOf('throw Error("on purpose " + text);').restore('guarded');
    expect(() => machine.call('run', 'now')).toThrow('on purpose now');
    expect(() => machine.call('run', 'again')).toThrow('on purpose again');
  });

  it('counts exactly, in slices or not, and stops at the limit', () => {
    const { restore } = machineOf(
      'let sum = 0; for (let i = 0; i < Number(text); i += 1) sum += i; return `${sum}`;',
    );
    const used = (n: number): number => {
      const machine = restore('metered');
      machine.startMeter(undefined);
      machine.call('run', `${n}`);
      return machine.used;
    };
    // More than one slice.
    expect(used(1_000_000)).toBe(used(1_000_000));
    const needed = used(1_000);
    const machine = restore('metered');
    machine.startMeter(needed);
    expect(machine.call('run', '1000')).toBe('499500');
    const short = restore('metered');
    short.startMeter(Math.floor(needed / 2));
    expect(() => short.call('run', '1000')).toThrow(MachineStopped);
  });

  it('memory can be exchanged between all builds', () => {
    const { restore } = machineOf(
      'globalThis.n = (globalThis.n ?? 0) + 1; return `${globalThis.n}`;',
    );
    const run = (kinds: readonly Build[]) => {
      let machine = restore(kinds[0] as Build);
      for (const kind of kinds) {
        const memory = machine.memory().slice();
        machine = engine.restore(
          machine.state(),
          (fresh) => fresh.set(memory),
          { host: () => undefined, poll: () => undefined },
          { memoryLimit: 32e6 },
          kind,
        );
        machine.startMeter(undefined);
        machine.call('run', '');
      }
      return Buffer.from(machine.memory()).toString('latin1');
    };
    const plain = run(['plain', 'plain', 'plain']);
    expect(run(['metered', 'guarded', 'metered'])).toBe(plain);
    expect(run(['plain', 'metered', 'guarded'])).toBe(plain);
  });
});

describe('instrumentation', () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'));
  const options = {
    count: 'instructions',
    interrupt: 'host_interrupt',
    outOfMemory: 'JS_ThrowOutOfMemory',
    exports: new Set(['memory']),
  } as const;

  it('gives the same module each time', () => {
    expect(Buffer.compare(instrument(wasm, options), instrument(wasm, options))).toBe(0);
  });

  it('says what it does not find', () => {
    expect(() => instrument(wasm, { ...options, interrupt: 'nothing' })).toThrow(/import nothing/);
    expect(() => instrument(wasm, { ...options, outOfMemory: 'nothing' })).toThrow(
      /export nothing/,
    );
    expect(() => instrument(wasm.subarray(0, 5_000), options)).toThrow();
  });
});
