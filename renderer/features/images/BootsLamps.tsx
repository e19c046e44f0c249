import { Box } from '@mui/material';
import type { Image } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Lamp } from '../../ui/Lamp.tsx';

/** Which firmware can start this image, as lamps with their names. */
export function BootsLamps({ boots }: { readonly boots: Image['boots'] }) {
  const t = useT();
  return (
    <Box component="span" sx={{ display: 'inline-flex', gap: 1.5 }}>
      {(['bios', 'uefi'] as const).map(firmware => {
        const name = t(`bootMode.${firmware}`);
        return (
          <Box
            component="span"
            key={firmware}
            sx={{ display: 'inline-flex', gap: 0.5, alignItems: 'center' }}
          >
            <Lamp
              isLit={boots[firmware]}
              label={t(boots[firmware] ? 'images.boots' : 'images.bootsNot', { firmware: name })}
            />
            <span aria-hidden="true">{name}</span>
          </Box>
        );
      })}
    </Box>
  );
}
