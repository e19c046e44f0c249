import ArrowDropDownIcon from '@mui/icons-material/ArrowDropDown';
import { Button, Divider, Menu, MenuItem } from '@mui/material';
import { useState } from 'react';
import { useClient } from '../../../client/client-context.tsx';
import { useT } from '../../../i18n/i18n.ts';
import { firstView, isSameView } from './rack-view.ts';
import { takeView, useShownRack } from './rack-view-store.ts';
import { SaveViewDialog } from './SaveViewDialog.tsx';
import { removeView, replaceView, useStoredViews } from './stored-views.ts';

/** The views that were given a name, in every window the same; and what can be done with them. */
export function ViewMenu() {
  const t = useT();
  const client = useClient();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isSaving, setSaving] = useState(false);
  const views = useStoredViews();
  const { view, viewName } = useShownRack();
  const stored = views.find(({ name }) => name === viewName);
  const isChanged = !isSameView(view, stored ?? firstView);
  const choose = (act: () => void) => () => {
    setAnchor(null);
    act();
  };
  const name = stored?.name ?? t('view.all');
  return (
    <>
      <Button
        variant="outlined"
        endIcon={<ArrowDropDownIcon />}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        aria-label={t(isChanged ? 'view.buttonChanged' : 'view.button', { name })}
        onClick={event => setAnchor(event.currentTarget)}
        sx={{ maxWidth: 220 }}
      >
        {isChanged ? t('view.changed', { name }) : name}
      </Button>
      <Menu open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>
        <MenuItem selected={stored === undefined} onClick={choose(() => takeView(null))}>
          {t('view.all')}
        </MenuItem>
        {views.map(one => (
          <MenuItem key={one.name} selected={one === stored} onClick={choose(() => takeView(one))}>
            {one.name}
          </MenuItem>
        ))}
        <Divider />
        {stored && isChanged && (
          <MenuItem onClick={choose(() => void replaceView(client, { ...view, name: stored.name }))}>
            {t('view.update', { name: stored.name })}
          </MenuItem>
        )}
        <MenuItem onClick={choose(() => setSaving(true))}>{t('view.save')}</MenuItem>
        {stored && (
          <MenuItem onClick={choose(() => void removeView(client, stored))}>
            {t('view.remove', { name: stored.name })}
          </MenuItem>
        )}
      </Menu>
      {isSaving && <SaveViewDialog onClose={() => setSaving(false)} />}
    </>
  );
}
