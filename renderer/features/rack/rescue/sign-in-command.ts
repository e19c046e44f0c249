/** A key that others may read is refused by ssh, and a browser saves it so. */
export function signInCommand(keyFile: string, address: string, sshPort: number): string {
  const port = sshPort === 22 ? '' : ` -p ${sshPort}`;
  return `chmod 600 ${keyFile} && ssh -i ${keyFile}${port} root@${address}`;
}
