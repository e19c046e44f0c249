import { z } from 'zod';
import { provisionStates } from '../../model/provision-state.ts';
import { text } from './common.ts';

export const rackGroupings = ['none', 'rack', 'state', 'model'] as const;
export type RackGrouping = (typeof rackGroupings)[number];

export const rackFilter = z.object({
  text: text(200),
  /** Empty here and below: all of them. */
  states: z.array(z.enum(provisionStates)).max(100),
  /** As the labels name them; an empty name is a server without one. */
  racks: z.array(text(2000)).max(500),
  models: z.array(text(500)).max(500),
  problemsOnly: z.boolean(),
});
export type RackFilter = z.infer<typeof rackFilter>;

/** How a page shows the inventory. Columns are the page's own names: one that a page does not know is left out. */
export const rackView = z.object({
  name: z.string().trim().min(1).max(60),
  filter: rackFilter,
  sort: z.object({ columnId: text(40), isDescending: z.boolean() }),
  grouping: z.enum(rackGroupings),
  /** Those that are shown, in this order. */
  columnIds: z.array(text(40)).min(1).max(40),
});
export type RackView = z.infer<typeof rackView>;

export const mostRackViews = 50;

/** The stored views with this one, in place of one of the same name. */
export function withView(views: readonly RackView[], view: RackView): RackView[] {
  const index = views.findIndex(({ name }) => isSameViewName(name, view.name));
  return index === -1 ? [...views, view] : views.with(index, view);
}

export function withoutView(views: readonly RackView[], name: string): RackView[] {
  return views.filter(view => !isSameViewName(view.name, name));
}

export function isSameViewName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
