/** After what waits in the event loop: packets, answers, other calls. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
