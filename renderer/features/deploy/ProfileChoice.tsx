import { Box, Button, MenuItem, TextField } from '@mui/material';
import type { Image, Node, Profile, StorageLayout } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useWorld } from '../../client/world-store.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { layoutText, placeLines } from '../profiles/profile-text.ts';
import { type DeployForm, layoutOf } from './deploy-form.ts';
import { type ProfilePart, unusedParts } from './profile-parts.ts';
import { RaidDisks } from './RaidDisks.tsx';

interface Props {
  readonly node: Node;
  readonly form: DeployForm;
  readonly image: Image | undefined;
  readonly profile: Profile | undefined;
  readonly onChange: (change: Partial<DeployForm>) => void;
}

/** What this server shares with others, and how its disk will be divided. */
export function ProfileChoice({ node, form, image, profile, onChange }: Props) {
  const t = useT();
  const profiles = useWorld(world => world.profiles);
  const layout = layoutOf(image, profile);
  const unused = unusedParts(image, profile);
  return (
    <>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
        <TextField
          select
          label={t('deploy.profile')}
          value={profile?.id ?? ''}
          onChange={event => onChange({ profileId: event.target.value, raidDisks: [] })}
          slotProps={{
            select: { renderValue: () => profile?.name ?? t('deploy.noProfile'), displayEmpty: true },
            inputLabel: { shrink: true },
          }}
        >
          <MenuItem value="">{t('deploy.noProfile')}</MenuItem>
          {[...profiles.values()].map(({ id, name, description }) => (
            <MenuItem key={id} value={id} sx={{ display: 'grid' }}>
              <span>{name}</span>
              {description !== '' && (
                <Box component="span" sx={shortText}>
                  {description}
                </Box>
              )}
            </MenuItem>
          ))}
        </TextField>
        <Button
          sx={{ flex: 'none' }}
          onClick={() =>
            openOverlay(
              profile === undefined
                ? { is: 'create-profile' }
                : { is: 'edit-profile', profileId: profile.id },
            )
          }
        >
          {t(profile === undefined ? 'profiles.create' : 'profiles.edit')}
        </Button>
      </Box>
      {layout !== undefined && <LayoutSummary layout={layout} />}
      {unused.length > 0 && (
        <Box sx={{ color: 'text.secondary' }}>
          {t('deploy.partsUnused', { parts: unused.map(part => partText(t, part)).join(', ') })}
        </Box>
      )}
      {layout?.raidLevel && (
        <RaidDisks node={node} form={form} level={layout.raidLevel} onChange={onChange} />
      )}
    </>
  );
}

function partText(t: Translate, part: ProfilePart): string {
  return t(part === 'packages' ? 'profiles.packages' : `profile.${part}`);
}

const shortText = {
  color: 'text.secondary',
  maxWidth: 460,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
} as const;

/** Null: ours, as nobody said anything else. */
function LayoutSummary({ layout }: { readonly layout: StorageLayout | null }) {
  const t = useT();
  if (layout === null) return <Box>{t('deploy.ownLayout')}</Box>;
  return (
    <Box>
      {t('deploy.layout', { layout: layoutText(t, layout) })}
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {placeLines(t, layout).map(line => (
          <li key={line}>
            <Mono>{line}</Mono>
          </li>
        ))}
      </Box>
    </Box>
  );
}
