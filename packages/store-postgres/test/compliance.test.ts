import { describe } from 'vitest';
import { complianceOver } from './helpers/compliance-over.js';
import { hasServer, serverOfFile } from './helpers/with-server.js';

/** Of a server that is there already, or of one that the tests start. */
const given = process.env['COOPERAGE_TEST_DATABASE'];

describe.runIf(hasServer || given !== undefined)('over a server', async () => {
  if (!hasServer && given === undefined) return;
  const url = given ?? (await serverOfFile()).url;
  complianceOver({ url, allowUnsafe: given !== undefined }, 4);
});
