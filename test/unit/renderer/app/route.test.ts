import { expect, it } from 'vitest';
import { parseRoute, routeHref } from '#renderer/app/route.ts';

it('an address comes back as it was made', () => {
  expect(parseRoute(routeHref('rack', 'a/b 1', 'disks'))).toEqual(['rack', 'a/b 1', 'disks']);
});

it('an empty or damaged address is the start page', () => {
  expect(parseRoute('')).toEqual([]);
  expect(parseRoute('#/')).toEqual([]);
  expect(parseRoute('#/%E0%A4%A')).toEqual([]);
});
