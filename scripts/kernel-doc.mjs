// Writes docs/kernel.md from the descriptions in the kernel's code.
import { writeFileSync } from 'node:fs';
import { kernelDoc } from '../packages/kernel/dist/kernel-doc.js';

writeFileSync(new URL('../docs/kernel.md', import.meta.url), kernelDoc());
