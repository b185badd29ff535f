/** The gateway of an open kernel, as operators reach it over the control socket. */
import type { CooperageKernel } from '../kernel-api.js';

export interface OperatedGateway {
  readonly issue: (
    object: object | string,
    options?: { readonly label?: string; readonly page?: string },
  ) => Promise<{ readonly id: string; readonly url: string }>;
  readonly revoke: (idOrUrl: string) => Promise<boolean>;
}

const gateways = new WeakMap<CooperageKernel, OperatedGateway>();

/** Makes it the gateway of which operators ask for URLs. @returns a function that ends that */
export const operateGateway = (kernel: CooperageKernel, gateway: OperatedGateway): (() => void) => {
  gateways.set(kernel, gateway);
  return () => {
    if (gateways.get(kernel) === gateway) gateways.delete(kernel);
  };
};

export const gatewayOf = (kernel: CooperageKernel): OperatedGateway | undefined =>
  gateways.get(kernel);
