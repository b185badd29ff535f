/** How a kernel is declared. */
export type {
  GatewayConfig,
  GatewayLimits,
  KernelConfig,
  MeterConfig,
  ResolvedConfig,
  ResolvedVat,
  VatConfig,
} from './kernel-config.js';
export { resolveConfig } from './resolve-config.js';
