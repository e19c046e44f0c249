import { Box } from '@mui/material';
import type { NetworkDependant } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Notice } from '../../ui/Notice.tsx';

const shownMost = 8;

interface Props {
  readonly title: string;
  readonly dependants: readonly NetworkDependant[];
}

/** Whom a change of a network's addresses, or its removal, concerns. */
export function Dependants({ title, dependants }: Props) {
  const t = useT();
  if (dependants.length === 0) return null;
  const hidden = dependants.length - shownMost;
  return (
    <Notice>
      {title}
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {dependants.slice(0, shownMost).map(({ kind, name, address }) => (
          <li key={`${kind} ${name} ${address}`}>{t(`networks.dependant.${kind}`, { name, address })}</li>
        ))}
      </Box>
      {hidden > 0 && t('networks.heldMore', { count: hidden })}
    </Notice>
  );
}
