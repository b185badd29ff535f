import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextDecoder as VatDecoder } from '../../src/vat-globals/text-coding.js';

describe.each(['utf-8', 'utf-16le'])(
  'the decoder of vats for %s does what that of Node does',
  (label) => {
    test('whatever the bytes, in one piece or in several', () => {
      const bytes = fc.uint8Array({ maxLength: 24 });
      const units = fc
        .array(fc.constantFrom(0x41, 0xd83d, 0xde00, 0xfeff, 0xdc00), { maxLength: 8 })
        .map((all) => new Uint8Array(Uint16Array.from(all).buffer));
      fc.assert(
        fc.property(
          fc.oneof(bytes, units),
          fc.nat(24),
          fc.boolean(),
          fc.boolean(),
          (given, cut, fatal, ignoreBOM) => {
            const say = (Decoder: typeof TextDecoder): unknown[] => {
              const decoder = new Decoder(label, { fatal, ignoreBOM });
              const said: unknown[] = [decoder.encoding];
              try {
                const begun = decoder.decode(given.subarray(0, cut), { stream: true });
                said.push(begun + decoder.decode(given.subarray(cut)));
                said.push(decoder.decode(given));
              } catch (error) {
                said.push((error as Error).name);
              }
              return said;
            };
            expect(say(VatDecoder as unknown as typeof TextDecoder)).toEqual(say(TextDecoder));
          },
        ),
        { seed: 7, numRuns: 500 },
      );
    });
  },
);

test('an encoding that vats do not have is named', () => {
  expect(() => new VatDecoder(' UTF-16 ').encoding).not.toThrow();
  expect(() => new VatDecoder('shift_jis')).toThrow(
    'there is no decoder for "shift_jis": vats have utf-8 and utf-16le only',
  );
});
