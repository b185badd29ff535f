import { complianceOver } from './helpers/compliance-over.js';
import { startInProcess } from './helpers/pglite.js';

const connect = await startInProcess();

complianceOver({ url: 'postgres://localhost/in-process', connect, allowUnsafe: true });
