import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** macOS needs a menu for copy and paste to work; elsewhere the page has all there is. Reload and tools while developing. */
export function setMenu(): void {
  const template: MenuItemConstructorOptions[] = [];
  if (process.platform === 'darwin')
    template.push({ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' });
  if (!app.isPackaged) template.push({ role: 'viewMenu' });
  Menu.setApplicationMenu(template.length === 0 ? null : Menu.buildFromTemplate(template));
}
