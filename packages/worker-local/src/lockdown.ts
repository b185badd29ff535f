/**
 * Import this first, before anything that hardens objects: it locks down the process, so that vats can
 * run in the caller's thread.
 *
 *     import '@cooperage/worker-local/lockdown';
 */
import { lockdownForVats } from '@cooperage/supervisor/lockdown';
import { installRejectionTrap } from './rejection-trap.js';

lockdownForVats();
installRejectionTrap();
