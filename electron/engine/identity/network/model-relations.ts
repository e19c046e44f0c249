import type { BondLink, Link, NetworkModel, NicLink } from './model.ts';

export function nicsOf(model: NetworkModel): readonly NicLink[] {
  return model.links.filter(link => link.kind === 'nic');
}

/** The bond that this NIC is a member of. */
export function bondAbove(model: NetworkModel, nicName: string): BondLink | undefined {
  return model.links
    .filter(link => link.kind === 'bond')
    .find(bond => bond.members.some(member => member === nicName));
}

/**
 * The one link to which a rendering hangs the machine's DNS servers where the format wants them by link: the one that
 * leads out, so that a resolver that asks by link asks there.
 */
export function resolverLink({ links }: NetworkModel): Link | undefined {
  return (
    links.find(({ addressing }) => addressing.method === 'static' && addressing.gateway !== null) ??
    links.find(({ addressing }) => addressing.method === 'static') ??
    links.find(({ addressing }) => addressing.method === 'dhcp')
  );
}

/** By DHCP, and another link leads out. */
export function isAside({ leadsOut }: NetworkModel, { name, addressing }: Link): boolean {
  return addressing.method === 'dhcp' && name !== leadsOut;
}

/** The option `primary` names an interface to the kernel, so its bond's members must be called as the model says. */
export function nicsNeedNames(model: NetworkModel): boolean {
  return model.links.some(hasPrimary);
}

export function hasPrimary(link: Link): boolean {
  return link.kind === 'bond' && link.options['primary'] !== undefined;
}
