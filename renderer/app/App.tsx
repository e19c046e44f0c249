import { CssBaseline, ThemeProvider, useMediaQuery } from '@mui/material';
import { enUS, zhCN } from '@mui/material/locale';
import { useEffect, useMemo } from 'react';
import { ConnectionProvider } from '../client/client-context.tsx';
import type { PageConnection } from '../client/connect.ts';
import { i18nInstance, type Language, TranslateProvider, translate, useTranslateNow } from '../i18n/i18n.ts';
import { CopyByHand } from '../ui/CopyByHand.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { tellLeavingWords } from './leaving-words.ts';
import { type Density, usePreferences } from './preferences.ts';
import { Shell } from './Shell.tsx';
import { rackTheme } from './theme.ts';

const muiLocales: Readonly<Record<Language, object>> = { en: enUS, 'zh-CN': zhCN };

export function App({ connection }: { readonly connection: PageConnection }) {
  const { language } = usePreferences();
  const mode = useMode();
  const density = useDensity();
  const theme = useMemo(() => rackTheme(mode, density, muiLocales[language]), [mode, density, language]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.style.colorScheme = mode;
  }, [language, mode]);
  useEffect(() => {
    void i18nInstance.changeLanguage(language).then(() => tellLeavingWords(connection.host, translate));
  }, [language, connection.host]);
  return (
    <TranslateProvider value={useTranslateNow()}>
      <ThemeProvider theme={theme}>
        <CssBaseline />
        <ConnectionProvider value={connection}>
          <ErrorBoundary>
            <Shell />
          </ErrorBoundary>
          <CopyByHand />
        </ConnectionProvider>
      </ThemeProvider>
    </TranslateProvider>
  );
}

function useMode(): 'light' | 'dark' {
  const { theme } = usePreferences();
  const isDark = useMediaQuery('(prefers-color-scheme: dark)', { noSsr: true });
  return theme === 'system' ? (isDark ? 'dark' : 'light') : theme;
}

function useDensity(): Density {
  const { density } = usePreferences();
  const isNarrow = useMediaQuery('(max-width: 1365px)', { noSsr: true });
  return density === 'auto' ? (isNarrow ? 'compact' : 'comfortable') : density;
}
