/** The program of the process in which a vat is replayed for a debugger. */
import '@cooperage/worker-local/lockdown';
import type { ReplayOrder } from './messages.js';

const { replayCrank } = await import('./replay-crank.js');
await replayCrank(JSON.parse(process.argv[2] as string) as ReplayOrder);
