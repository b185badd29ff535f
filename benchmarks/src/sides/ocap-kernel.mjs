export { open } from '../../ocap-kernel/kernel.mjs';
