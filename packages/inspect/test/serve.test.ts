import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answers, openSource, type Served, serveInspector } from '../src/index.js';

/** What the page asks: the views of a recording are tested with a whole kernel, in `cooperage`. */
const answers: Answers = (path) =>
  path === 'overview' ? { source: 'here', first: 1, last: 3 } : undefined;

describe('the server', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveInspector(answers, {
      actions: { twice: async (query) => Number(query.get('of')) * 2 },
    });
  });
  afterAll(() => served.close());

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>(
      (resolve, reject) => {
        request({ port: served.port, host: '127.0.0.1', path, headers, method }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => (body += text));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
          );
        })
          .on('error', reject)
          .end();
      },
    );

  test('opens to its token once, and to its own origin only', async () => {
    const { search: token } = new URL(served.url);
    expect((await ask('/')).status).toBe(401);
    expect((await ask('/data/overview')).status).toBe(401);
    expect((await ask('/?token=guessed')).status).toBe(403);
    expect((await ask(`/${token}`, { host: `evil.example:${served.port}` })).status).toBe(403);
    expect((await ask(`/${token}`, { origin: 'https://evil.example' })).status).toBe(403);
    const entered = await ask(`/${token}`);
    expect(entered.status).toBe(303);
    expect((await ask(`/${token}`)).status).toBe(403);
    const [given = ''] = entered.headers['set-cookie'] as string[];
    expect(given).toContain('HttpOnly; SameSite=Strict');
    const cookie = given.split(';')[0] as string;

    const page = await ask('/', { cookie });
    expect(page.status).toBe(200);
    const overview = await ask('/data/overview', { cookie });
    expect(JSON.parse(overview.body)).toMatchObject({ source: 'here', first: 1 });
    const evil = { cookie, origin: 'https://evil.example' };
    expect((await ask('/data/overview', evil)).status).toBe(403);
    expect((await ask('/data/overview', { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(
      403,
    );
    expect((await ask('/data/overview', { cookie }, 'PUT')).status).toBe(405);
    expect((await ask('/data/crank/999999', { cookie })).status).toBe(404);
    expect((await ask('/page/../package.json', { cookie })).status).toBe(404);

    const ours = { cookie, origin: `http://127.0.0.1:${served.port}` };
    expect(await ask('/do/twice?of=4', ours, 'POST')).toMatchObject({ status: 200, body: '8' });
    expect((await ask('/do/thrice', ours, 'POST')).status).toBe(405);
    expect((await ask('/do/twice?of=4', ours)).status).toBe(404);
    expect((await ask('/do/twice?of=4', evil, 'POST')).status).toBe(403);
    expect((await ask('/do/twice?of=4', { cookie }, 'POST')).status).toBe(403);
    expect((await ask('/do/twice?of=4', { origin: ours.origin }, 'POST')).status).toBe(401);

    const files = [...page.body.matchAll(/"(\/(?:page|modules)\/[^"]+)"/g)].map(([, path]) => path);
    expect(files.length).toBeGreaterThan(5);
    const own = readdirSync(join(import.meta.dirname, '../page'))
      .filter((name) => /\.tsx?$/.test(name) && name !== 'data.ts')
      .map((name) => `/page/${name.replace(/\.tsx?$/, '.js')}`);
    let size = gzipSync(page.body).length;
    for (const path of new Set([...files, ...own])) {
      const file = await ask(path as string, { cookie });
      expect([path, file.status]).toEqual([path, 200]);
      size += gzipSync(file.body).length;
    }
    expect(size).toBeLessThan(250_000);
  });
});

test('a port that is taken, and a source that is not there, are refused with a code', async () => {
  const served = await serveInspector(answers);
  await expect(serveInspector(answers, { port: served.port })).rejects.toMatchObject({
    code: 'BAD_ARGUMENT',
    message: expect.stringContaining(`port ${served.port}: `) as string,
  });
  await served.close();
  await expect(openSource('/nowhere/at/all')).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
});
