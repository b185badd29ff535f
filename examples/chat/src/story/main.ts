/** `npm run story -w @cooperage/example-chat`: 20 guests, and a `kill -9` every ten seconds for three minutes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { playStory } from './story.js';

const { values } = parseArgs({
  options: {
    guests: { type: 'string', default: '20' },
    kills: { type: 'string', default: '18' },
    every: { type: 'string', default: '10000' },
  },
});
const directory = mkdtempSync(join(tmpdir(), 'cooperage-chat-'));
try {
  const { messages, guests, problems, close } = await playStory({
    directory: join(directory, 'state'),
    guests: Number(values.guests),
    kills: Number(values.kills),
    every: Number(values.every),
    say: (line) => process.stdout.write(`${line}\n`),
  });
  await close();
  const heard = guests.reduce((sum, guest) => sum + guest.heard.length, 0);
  process.stdout.write(
    problems.length === 0
      ? `each of ${messages.length} messages is there once, and each of ${heard} callbacks came once and in order\n`
      : `${problems.join('\n')}\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
