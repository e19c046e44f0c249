import { Box, Button, Typography } from '@mui/material';
import { Component, type ReactNode } from 'react';
import { translate } from '../i18n/i18n.ts';
import { Mono } from '../ui/Mono.tsx';

interface Props {
  readonly children: ReactNode;
  /** Another value (another address) is another try. */
  readonly resetKey?: string;
}

interface State {
  readonly error: Error | null;
  readonly resetKey: string | undefined;
}

/** A fault of the page itself: says so, keeps the rest alive, and offers to load the page again. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ resetKey }: Props, state: State): State | null {
    return resetKey === state.resetKey ? null : { error: null, resetKey };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <Box role="alert" sx={{ p: 3, display: 'grid', gap: 1.5, justifyItems: 'start', maxWidth: 720 }}>
        <Typography variant="h2">{translate('app.pageFault')}</Typography>
        <Mono>{error.message}</Mono>
        <Box>{translate('app.pageFaultText')}</Box>
        <Button variant="contained" onClick={() => window.location.reload()}>
          {translate('app.reload')}
        </Button>
      </Box>
    );
  }
}
