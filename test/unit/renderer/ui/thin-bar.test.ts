import { ThemeProvider } from '@mui/material';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { rackTheme } from '#renderer/app/theme.ts';
import { ThinBar } from '#renderer/ui/ThinBar.tsx';

function classesAt(value: number): readonly string[] {
  const bar = createElement(ThinBar, { value, label: 'Write image on r1u01' });
  const themed = createElement(ThemeProvider, { theme: rackTheme('light', 'compact', {}) }, bar);
  return [...renderToStaticMarkup(themed).matchAll(/class="([^"]*)"/g)].map(([, name = '']) => name);
}

it('a bar makes no new style for each value: a page that is open for weeks would keep them all', () => {
  const classes = classesAt(0.311);
  expect(classes).toHaveLength(2);
  expect(classesAt(0.312)).toEqual(classes);
});
