export type {
  Gateway,
  GatewayOptions,
  GatewayRequest,
  GatewayStats,
  IssuedUrl,
  IssueOptions,
  ListedUrl,
} from './gateway-api.js';
export type { GatewayLimits } from './limits.js';
export { openGateway } from './open-gateway.js';
