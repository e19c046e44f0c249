import { Box } from '@mui/material';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import { useT } from '../../i18n/i18n.ts';
import type { BoardServer } from './board-servers.ts';
import { ServerCard } from './ServerCard.tsx';

export interface ServerList {
  readonly show: (nodeId: NodeId) => void;
}

interface Props {
  readonly servers: readonly BoardServer[];
  readonly selected: ReadonlySet<NodeId>;
  readonly onSelect: (selected: ReadonlySet<NodeId>) => void;
  readonly list: RefObject<ServerList | null>;
}

const usualHeight = 104;

/**
 * The servers, as many as there are: only what is in view is drawn. One of them is in the tab order; arrows, Home and End move
 * among them, Space selects, Ctrl+A selects all.
 */
export function ServerColumn({ servers, selected, onSelect, list }: Props) {
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const activeIndex = Math.min(active, Math.max(0, servers.length - 1));
  const virtual = useVirtualizer({
    count: servers.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => usualHeight,
    getItemKey: index => servers[index]?.node.id ?? index,
    overscan: 6,
    gap: 8,
    paddingStart: 2,
    paddingEnd: 8,
  });
  useImperativeHandle(list, () => ({
    show(nodeId) {
      const index = servers.findIndex(({ node }) => node.id === nodeId);
      if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
    },
  }));
  const latest = useRef({ selected, onSelect });
  latest.current = { selected, onSelect };
  const toggle = useCallback(({ node }: BoardServer) => {
    const { selected: known, onSelect: select } = latest.current;
    const next = new Set(known);
    if (!next.delete(node.id)) next.add(node.id);
    select(next);
  }, []);
  const moveTo = (to: number) => {
    const index = Math.min(servers.length - 1, Math.max(0, to));
    setActive(index);
    virtual.scrollToIndex(index, { align: 'auto' });
    // One that was far away is drawn first.
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] > [role=listitem]`)?.focus();
      });
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isCard = (event.target as HTMLElement).role === 'listitem';
    if (event.key === 'a' && (event.ctrlKey || event.metaKey))
      onSelect(new Set(servers.map(({ node }) => node.id)));
    else if (!isCard) return;
    else if (event.key === 'ArrowDown') moveTo(activeIndex + 1);
    else if (event.key === 'ArrowUp') moveTo(activeIndex - 1);
    else if (event.key === 'Home') moveTo(0);
    else if (event.key === 'End') moveTo(servers.length - 1);
    else return;
    event.preventDefault();
  };
  return (
    <Box
      ref={scroller}
      role="list"
      aria-label={t('board.serverList')}
      onKeyDown={onKeyDown}
      sx={{ flex: 1, minHeight: 0, overflow: 'auto', px: 1.5, contain: 'strict' }}
    >
      <Box role="presentation" sx={{ position: 'relative' }} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(item => {
          const server = servers[item.index];
          if (server === undefined) return null;
          return (
            <Box
              key={item.key}
              ref={virtual.measureElement}
              role="presentation"
              data-index={item.index}
              sx={{ position: 'absolute', insetInline: 0 }}
              style={{ top: item.start }}
            >
              <ServerCard
                server={server}
                isSelected={selected.has(server.node.id)}
                isActive={item.index === activeIndex}
                index={item.index}
                count={servers.length}
                onActivate={setActive}
                onToggle={toggle}
              />
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}
