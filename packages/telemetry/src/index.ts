export { observeKernel, type TelemetryOptions } from './observe-kernel.js';
