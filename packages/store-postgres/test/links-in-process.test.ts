import { startInProcess } from './helpers/pglite.js';
import { linksOver } from './helpers/links-over.js';

const connect = await startInProcess();

linksOver({ url: 'postgres://localhost/in-process', connect, allowUnsafe: true }, connect);
