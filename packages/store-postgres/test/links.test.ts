import { describe } from 'vitest';
import { parseAddress } from '../src/sql/address.js';
import { pgConnect } from '../src/sql/pg-connection.js';
import { linksOver } from './helpers/links-over.js';
import { hasServer, serverOfFile } from './helpers/with-server.js';

describe.runIf(hasServer)('over a server', async () => {
  if (!hasServer) return;
  const { url } = await serverOfFile();
  linksOver({ url }, pgConnect(parseAddress({ url })));
});
