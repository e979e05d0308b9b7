/** How long an orderly end may take before the portal goes, ms: calls that a test leaves hanging must not hold it up. */
const ORDERLY_WITHIN = 300;

/**
 * Ends the flows while the portal is still there to hear what they confirm, then the portal, so that whatever still
 * waits for it ends too.
 */
export async function unloadBefore(
  flows: { unload(): Promise<void> },
  closePortal: () => Promise<void>,
): Promise<void> {
  const unloaded = flows.unload();
  let timer: NodeJS.Timeout | undefined;
  const longEnough = new Promise<void>((resolve) => (timer = setTimeout(resolve, ORDERLY_WITHIN)));
  await Promise.race([unloaded, longEnough]);
  clearTimeout(timer);
  await Promise.all([closePortal(), unloaded]);
}
