import { renderEni } from './eni.ts';
import { renderIfcfg } from './ifcfg.ts';
import type { NetworkModel } from './model.ts';
import { renderNetplan } from './netplan.ts';
import { renderNmKeyfiles } from './nm-keyfile.ts';
import type { RenderedNetwork } from './rendered-network.ts';
import { renderWicked } from './wicked.ts';

/** What reads the configuration on the installed system. */
export const networkFamilies = ['netplan', 'eni', 'ifcfg', 'nm', 'wicked'] as const;
export type NetworkFamily = (typeof networkFamilies)[number];

const renderers: Readonly<Record<NetworkFamily, (model: NetworkModel) => RenderedNetwork>> = {
  netplan: renderNetplan,
  eni: renderEni,
  ifcfg: renderIfcfg,
  nm: renderNmKeyfiles,
  wicked: renderWicked,
};

/** The files with which this family sets up the model's networks. The same model gives the same text. */
export function renderNetwork(family: NetworkFamily, model: NetworkModel): RenderedNetwork {
  return renderers[family](model);
}
