import { Box, Button, Typography } from '@mui/material';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { protocolVersion } from '#shared/contract/frames.ts';
import { translate } from '../i18n/i18n.ts';
import { copyText } from '../ui/copy-text.ts';
import { Mono } from '../ui/Mono.tsx';

interface Props {
  readonly children: ReactNode;
  /** Another value (another address) is another try. */
  readonly resetKey?: string;
  /** Before the next try: what led here is closed. */
  readonly onReset?: () => void;
}

interface State {
  readonly error: Error | null;
  readonly componentStack: string;
  readonly resetKey: string | undefined;
}

/** A fault of a part of the page: says so, keeps the rest alive, and offers to make this part anew. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, componentStack: '', resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ resetKey }: Props, state: State): Partial<State> | null {
    return resetKey === state.resetKey ? null : { error: null, resetKey };
  }

  override componentDidCatch(_error: Error, { componentStack }: ErrorInfo): void {
    this.setState({ componentStack: componentStack ?? '' });
  }

  override render() {
    const { error, componentStack } = this.state;
    if (error === null) return this.props.children;
    const tryAgain = () => {
      this.props.onReset?.();
      this.setState({ error: null, componentStack: '' });
    };
    return (
      <Box role="alert" sx={{ p: 3, display: 'grid', gap: 1.5, justifyItems: 'start', maxWidth: 720 }}>
        <Typography variant="h2" component="h1">
          {translate('app.pageFault')}
        </Typography>
        <Mono>{error.message}</Mono>
        <Box>{translate('app.pageFaultText')}</Box>
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          <Button variant="contained" onClick={tryAgain}>
            {translate('app.screenReload')}
          </Button>
          <Button variant="outlined" onClick={() => void copyText(faultDetails(error, componentStack))}>
            {translate('app.copyDetails')}
          </Button>
          <Button onClick={() => window.location.reload()}>{translate('app.reload')}</Button>
        </Box>
      </Box>
    );
  }
}

/** For a report. Of the address only the screen: what follows names servers. */
function faultDetails(error: Error, componentStack: string): string {
  const screen = window.location.hash.split('/').slice(0, 2).join('/');
  return [
    `${error.name}: ${error.message}`,
    `${new Date().toISOString()} ${screen} protocol ${protocolVersion} ${navigator.userAgent}`,
    error.stack ?? '',
    componentStack,
  ].join('\n');
}
