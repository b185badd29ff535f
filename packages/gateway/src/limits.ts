/** The limits of one client: the table of the config. */
import { GATEWAY_LIMITS, type GatewayLimits } from 'cooperage/gateway-port';

export type { GatewayLimits } from 'cooperage/gateway-port';

export const limitsOf = (given: Partial<GatewayLimits> = {}): GatewayLimits => ({
  ...(Object.fromEntries(
    Object.entries(GATEWAY_LIMITS).map(([name, row]) => [name, row.default]),
  ) as unknown as GatewayLimits),
  ...given,
});
